using Google.Protobuf;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class OnnxImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_cuts_away_what_lies_past_the_outputs()
    {
        var backbone = Import(new SyntheticBackbone(), "shallow");

        var graph = OnnxFile.Read(backbone.Path).Graph;
        Assert.Equal(["shallow"], graph.Node.Select(n => n.Output[0]));
        Assert.Equal(["w1"], graph.Initializer.Select(t => t.Name));
        Assert.Equal(["shallow"], backbone.Outputs);
        Assert.Equal([new CandidateTensor("shallow", (4, 112, 112))], backbone.Candidates());
        Assert.Equal(17, backbone.Opset);
    }

    [Fact]
    public void Import_without_metadata_assumes_imagenet()
    {
        var backbone = Import(new SyntheticBackbone(), "deep");

        Assert.Equal([0.485f, 0.456f, 0.406f], backbone.Metadata.Mean);
        Assert.Equal([0.229f, 0.224f, 0.225f], backbone.Metadata.Std);
        Assert.Equal("source", backbone.Metadata.Name);
    }

    [Fact]
    public void Import_keeps_the_metadata_given()
    {
        var metadata = new BackboneMetadata
        {
            Mean = [1, 2, 3],
            Std = [4, 5, 6.25f],
            Scale = 0.3f,
            Rgb = false,
            Name = "n",
            Source = "s",
        };

        var read = Import(new SyntheticBackbone(), "deep", metadata).Metadata;

        Assert.Equal(metadata.Mean, read.Mean);
        Assert.Equal(metadata.Std, read.Std);
        Assert.Equal((0.3f, false, "n", "s"), (read.Scale, read.Rgb, read.Name, read.Source));
    }

    [Theory]
    [InlineData("deep9")]
    [InlineData("")]
    public void Import_of_an_unknown_output_lists_the_candidates(string name)
    {
        var e = Assert.Throws<BackboneException>(() => Import(new SyntheticBackbone(), name));

        Assert.Contains($"no tensor '{name}'", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n  shallow 4x112x112\n  deep 5x56x56", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_a_module_takes_its_last_tensor()
    {
        var model = new SyntheticBackbone().Model();
        GraphSurgery.Rename(model.Graph, "shallow", "/layer2/conv/out");
        GraphSurgery.Rename(model.Graph, "deep", "/layer2/relu/out");
        OnnxFile.Write(model, _folder["source.onnx"]);

        var backbone = BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["layer2"]);

        Assert.Equal(["/layer2/relu/out"], backbone.Outputs);
    }

    [Fact]
    public void Import_frees_a_batch_size_of_1()
    {
        var backbone = Import(new SyntheticBackbone { Batch = 1L, Size = [20L, 24L] }, "deep");

        Assert.Null(backbone.FixedBatch);
        Assert.Equal((20, 24), backbone.DeclaredSize);
    }

    [Theory]
    [InlineData(4)] // two images do not run
    [InlineData(-1)] // two images run, but come out as one
    public void Import_of_a_network_that_only_takes_one_image_keeps_its_batch_size(long channels)
    {
        var model = new SyntheticBackbone { Batch = 1L, Size = [8L, 8L] }.Model();
        model.Graph.Initializer.Add(OnnxNodes.Tensor("shape", [1L, channels, 4L, 4L], 4));
        model.Graph.Node.Insert(1, OnnxNodes.Node("Reshape", ["shallow", "shape"], "frozen"));
        OnnxFile.Write(model, _folder["source.onnx"]);

        var backbone = BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["frozen"]);

        Assert.Equal(1, backbone.FixedBatch);
        EmbeddingGraph.Build(backbone.Path, ["frozen"], 8, 8, _folder["embedding.onnx"]);
        using var session = new EmbeddingSession(_folder["embedding.onnx"], new ExecutionOptions());
        session.CreateRun(1).Dispose();
        var e = Assert.Throws<EmbeddingException>(() => session.CreateRun(2));
        Assert.Contains("takes 1 image(s)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_an_old_operator_set_is_refused()
    {
        var e = Assert.Throws<BackboneException>(() => Import(new SyntheticBackbone { Opset = 10 }, "deep"));

        Assert.Contains("operator set 10, but 11", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_a_network_with_another_input_names_it()
    {
        var model = new SyntheticBackbone().Model();
        model.Graph.Input[0].Type.TensorType.ElemType = 10;
        model.Graph.Input.Add(OnnxNodes.Value("mask", 1L, 7L));
        OnnxFile.Write(model, _folder["source.onnx"]);

        var e = Assert.Throws<BackboneException>(
            () => BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["deep"]));

        Assert.Contains(
            "'pixels' (float16, ? x 3 x ? x ?); 'mask' (float, 1 x 7)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_weights_listed_as_inputs_feeds_the_image_only()
    {
        var model = new SyntheticBackbone().Model();
        model.IrVersion = 3;
        model.Graph.Input.Add(OnnxNodes.Value("w1", 4L, 3L, 1L, 1L));
        OnnxFile.Write(model, _folder["source.onnx"]);

        var backbone = BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["shallow"]);

        Assert.Equal("pixels", backbone.InputName);
        Assert.Single(OnnxFile.Read(backbone.Path).Graph.Input);
    }

    [Fact]
    public void Import_takes_in_weights_of_a_file_beside()
    {
        var source = ExternalWeights("weights.bin");

        var backbone = BackboneImporter.ImportOnnx(source, _folder["backbone.onnx"], ["shallow"]);

        var weights = OnnxFile.Read(backbone.Path).Graph.Initializer.Single();
        Assert.Equal(new SyntheticBackbone().Model().Graph.Initializer[0].RawData, weights.RawData);
        Assert.Equal(TensorProto.Types.DataLocation.Default, weights.DataLocation);
    }

    [Theory]
    [InlineData("gone.bin", "is missing")]
    [InlineData("../weights.bin", "not a file in the model's folder")]
    [InlineData("/etc/hostname", "not a file in the model's folder")]
    public void Import_of_weights_that_are_not_beside_the_model_is_refused(string location, string reason)
    {
        var source = ExternalWeights(location);

        var e = Assert.Throws<BackboneException>(
            () => BackboneImporter.ImportOnnx(source, _folder["backbone.onnx"], ["shallow"]));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains($"'{location}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_of_what_is_not_onnx_is_refused()
    {
        File.WriteAllText(_folder["source.onnx"], "<html>not found</html>");

        var e = Assert.Throws<BackboneException>(
            () => BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["shallow"]));

        Assert.Contains(_folder["source.onnx"], e.Message, StringComparison.Ordinal);
        Assert.Contains("not an ONNX model", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_the_schema_does_not_know_survive()
    {
        var model = new SyntheticBackbone().Model();
        // Field 5 (model_version) = 7, field 6 (doc_string) = "kept".
        byte[] unknown = [0x28, 7, 0x32, 4, (byte)'k', (byte)'e', (byte)'p', (byte)'t'];
        File.WriteAllBytes(_folder["source.onnx"], [.. model.ToByteArray(), .. unknown]);

        var backbone = BackboneImporter.ImportOnnx(_folder["source.onnx"], _folder["backbone.onnx"], ["shallow"]);

        Assert.True(File.ReadAllBytes(backbone.Path).AsSpan().IndexOf(unknown) >= 0);
    }

    private BackboneModel Import(SyntheticBackbone source, string output, BackboneMetadata? metadata = null) =>
        BackboneImporter.ImportOnnx(source.Write(_folder["source.onnx"]), _folder["backbone.onnx"], [output], metadata);

    private string ExternalWeights(string location)
    {
        var model = new SyntheticBackbone().Model();
        var weights = model.Graph.Initializer[0];
        File.WriteAllBytes(_folder["weights.bin"], [1, 2, 3, 4, .. weights.RawData]);
        (string, string)[] entries =
            [("location", location), ("offset", "4"), ("length", $"{weights.RawData.Length}")];
        foreach (var (key, value) in entries)
            weights.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        weights.RawData = ByteString.Empty;
        weights.DataLocation = TensorProto.Types.DataLocation.External;
        OnnxFile.Write(model, _folder["source.onnx"]);
        return _folder["source.onnx"];
    }
}
