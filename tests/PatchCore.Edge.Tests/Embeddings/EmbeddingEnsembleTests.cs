using PatchCore.Edge.Embeddings;
using static PatchCore.Edge.Tests.Embeddings.NaiveEmbedding;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class EmbeddingEnsembleTests : IDisposable
{
    private const int Width = 48, Height = 32;
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _image = SyntheticBackbone.Values(3 * Height * Width, 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ensemble_of_two_networks_is_each_with_its_own_normalization()
    {
        // The same image by two conventions: the tensor of one says all of the other.
        var first = new BackboneMetadata { Mean = [0.1f, 0.2f, 0.3f], Std = [0.5f, 0.6f, 0.7f], Scale = 1 / 255f };
        var second = new BackboneMetadata { Mean = [100, 110, 120], Std = [1, 2, 3], Scale = 1, Rgb = false };
        var one = Backbone("one.onnx", new SyntheticBackbone(), first);
        var two = Backbone("two.onnx", new SyntheticBackbone { Input = "shallow-image" }, second);
        var forSecond = new float[_image.Length];
        const int plane = Height * Width;
        for (int i = 0; i < _image.Length; i++)
        {
            var (from, to) = (i / plane, 2 - (i / plane));
            double pixel = ((_image[i] * (double)first.Std[from]) + first.Mean[from]) / first.Scale;
            forSecond[(to * plane) + (i % plane)] = (float)((pixel - second.Mean[to]) / second.Std[to]);
        }

        var info = EmbeddingGraph.Build(
            [new(one, ["shallow", "deep"]), new(two, ["shallow", "deep"])], Width, Height, _folder["both.onnx"]);

        Assert.Equal((16, 24, 18), (info.GridHeight, info.GridWidth, info.Dimension));
        Assert.Equal([9, 9], info.Members.Select(member => member.Dimension));
        var (left, right) = (Alone(one, _image), Alone(two, forSecond));
        var both = Embed("both.onnx", _image);
        for (int patch = 0; patch < 16 * 24; patch++)
        {
            for (int d = 0; d < 9; d++)
            {
                Assert.Equal(left[(patch * 9) + d], both[(patch * 18) + d]);
                // Values are of size 100, since the second divides pixels by next to nothing.
                Assert.Equal(right[(patch * 9) + d], both[(patch * 18) + 9 + d], 1e-3);
            }
        }
    }

    [Fact]
    public void Ensemble_of_two_scales_resizes_image_and_maps()
    {
        var backbone = Backbone("one.onnx", new SyntheticBackbone(), new BackboneMetadata());
        var small = Resize(Image(_image, 3, Height, Width), Height / 2, Width / 2);
        var weights = new SyntheticBackbone();
        var map = Resize(
            Pool(Convolve(small, weights.ShallowWeights, SyntheticBackbone.Shallow)), Height / 2, Width / 2);

        var info = EmbeddingGraph.Build(
            [new(backbone, ["shallow"]), new(backbone, ["shallow"], 0.5)], Width, Height, _folder["both.onnx"]);

        Assert.Equal([(Width, Height), (Width / 2, Height / 2)], info.Members.Select(m => (m.Width, m.Height)));
        var expected = Patches(
            Pool(Convolve(Image(_image, 3, Height, Width), weights.ShallowWeights, SyntheticBackbone.Shallow)), map);
        var found = Embed("both.onnx", _image);
        Assert.Equal(expected.Length, found.Length);
        // Values are of size 1; single precision keeps seven digits.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-5);
    }

    [Fact]
    public void Members_of_one_file_share_their_weights()
    {
        var backbone = Backbone("one.onnx", new SyntheticBackbone(), new BackboneMetadata());

        EmbeddingGraph.Build(
            [new(backbone, ["shallow"]), new(backbone, ["shallow", "deep"], 0.5)], Width, Height,
            _folder["both.onnx"]);

        var weights = OnnxFile.Read(_folder["both.onnx"]).Graph.Initializer.Select(t => t.Name);
        Assert.Equal(["weights0/w1", "weights0/w2"], weights.Where(name => name.Contains('w', StringComparison.Ordinal)));
    }

    [Fact]
    public void Members_of_different_operator_sets_go_together_where_operations_last()
    {
        var one = Backbone("one.onnx", new SyntheticBackbone { Opset = 11 }, new BackboneMetadata());
        var two = Backbone("two.onnx", new SyntheticBackbone { Opset = 17 }, new BackboneMetadata());

        EmbeddingGraph.Build([new(one, ["deep"]), new(two, ["deep"])], Width, Height, _folder["both.onnx"]);

        var alone = Embed("alone.onnx", _image, () => EmbeddingGraph.Build(
            one, ["deep"], Width, Height, _folder["alone.onnx"]));
        var both = Embed("both.onnx", _image);
        for (int patch = 0; patch < 8 * 12; patch++)
        {
            Assert.Equal(alone.AsSpan(patch * 5, 5), both.AsSpan(patch * 10, 5));
            Assert.Equal(alone.AsSpan(patch * 5, 5), both.AsSpan((patch * 10) + 5, 5));
        }
    }

    [Fact]
    public void Member_whose_operations_mean_something_else_in_the_others_set_is_refused()
    {
        var old = new SyntheticBackbone { Opset = 11 }.Model();
        old.Graph.Node.Insert(1, OnnxNodes.Node("Softmax", ["shallow"], "softened", OnnxNodes.Attribute("axis", 1L)));
        old.Graph.Node[2].Input[0] = "softened";
        OnnxFile.Write(old, _folder["old.onnx"]);
        var two = Backbone("two.onnx", new SyntheticBackbone { Opset = 17 }, new BackboneMetadata());

        var e = Assert.Throws<BackboneException>(() => EmbeddingGraph.Build(
            [new(two, ["deep"]), new(_folder["old.onnx"], ["deep"])], Width, Height, _folder["both.onnx"]));

        Assert.Contains("old.onnx", e.Message, StringComparison.Ordinal);
        Assert.Contains(
            "operator set 11, another member of the ensemble 17, and its Softmax may mean something else", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_insist_on_different_batches_are_refused()
    {
        var one = new SyntheticBackbone { Batch = 1L }.Write(_folder["one.onnx"]);
        var two = new SyntheticBackbone { Batch = 2L }.Write(_folder["two.onnx"]);

        var e = Assert.Throws<BackboneException>(() => EmbeddingGraph.Build(
            [new(one, ["deep"]), new(two, ["deep"])], Width, Height, _folder["both.onnx"]));

        Assert.Contains("insist on batches of 1 and 2 images", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_make_each_member_add_the_same_to_distances()
    {
        EmbeddingMemberInfo[] members = [new("", [], 8, 8, 2), new("", [], 8, 8, 1)];
        var balance = new EnsembleBalance(members);

        // Variances 1 + 3 of the first; 400 of the second, whose mean is large besides.
        balance.Add([0, 0, 980, 2, (float)Math.Sqrt(12), 1020]);

        Assert.Equal([1, 0.1f], balance.Weights().Select(weight => MathF.Round(weight, 5)));
        Assert.Equal([1, 1, 0.1f], EnsembleBalance.Spread(members, [1, 0.1f]));
    }

    private string Backbone(string name, SyntheticBackbone source, BackboneMetadata metadata)
    {
        var model = source.Model();
        metadata.Write(model.MetadataProps);
        OnnxFile.Write(model, _folder[name]);
        return _folder[name];
    }

    private float[] Alone(string backbone, float[] image) => Embed("alone.onnx", image, () => EmbeddingGraph.Build(
        backbone, ["shallow", "deep"], Width, Height, _folder["alone.onnx"]));

    private float[] Embed(string file, float[] image, Action? build = null)
    {
        build?.Invoke();
        using var session = new EmbeddingSession(_folder[file], new ExecutionOptions());
        using var run = session.CreateRun();
        image.CopyTo(run.Tensor);
        run.Execute();
        return run.Embedding.ToArray();
    }
}
