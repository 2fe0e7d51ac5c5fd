using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class MobileNetImportTests : IDisposable
{
    private const int Size = 224;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Import_of_all_blocks_agrees_with_golden_values()
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "mobilenetv2.json")));
        var layers = golden.RootElement.GetProperty("layers").EnumerateObject().ToList();
        Assert.Equal(17, layers.Count);
        var backbone = BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["all.onnx"], [.. layers.Select(l => l.Name)]);
        var maps = Run(backbone, GoldenImage(), [1, 3, Size, Size]);

        Assert.All(layers, layer =>
        {
            var (values, shape) = maps[layer.Name];
            Assert.Equal(layer.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), shape[1..]);
            // 1e-4 of the spread of the map: sums of different order and folded batch norm differ in the last bits
            // only.
            double std = layer.Value.GetProperty("std").GetDouble(), tolerance = 1e-4 * std;
            double mean = values.Average(v => (double)v);
            Assert.Equal(layer.Value.GetProperty("mean").GetDouble(), mean, tolerance);
            Assert.Equal(std, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), tolerance);
            int channels = (int)shape[1], height = (int)shape[2], width = (int)shape[3];
            float At(int c, int y, int x) => values[(((c * height) + y) * width) + x];
            AssertNear(layer.Value.GetProperty("first8"), i => At(i, 3, 5), tolerance);
            AssertNear(layer.Value.GetProperty("centre8"), i => At(channels - 8 + i, height / 2, width / 2), tolerance);
        });
    }

    [Fact]
    public void Import_of_blocks_6_and_12_leaves_out_what_lies_past_them()
    {
        var backbone = BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, _folder["b.onnx"], ["6", "12"]);

        Assert.Equal(["expanded_conv_6", "expanded_conv_12"], backbone.Outputs);
        Assert.InRange(new FileInfo(backbone.Path).Length, 2_000_000, 2_500_000);
        var names = backbone.Candidates().Select(c => c.ToString()).ToList();
        Assert.Contains("expanded_conv_6 64x28x28", names);
        Assert.Contains("expanded_conv_6x 192x28x28", names);
        Assert.Contains("expanded_conv_12d 576x28x28", names);
        Assert.DoesNotContain(names, n => n.StartsWith("expanded_conv_13", StringComparison.Ordinal));
    }

    [Fact]
    public void Import_keeps_the_normalization_of_the_network()
    {
        var backbone = BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["b.onnx"], ["1"], new TrunkImportOptions { Source = "weights 1.0" });

        Assert.Equal([0.5f, 0.5f, 0.5f], backbone.Metadata.Mean);
        Assert.Equal([0.5f, 0.5f, 0.5f], backbone.Metadata.Std);
        Assert.Equal(1f / 255, backbone.Metadata.Scale);
        Assert.True(backbone.Metadata.Rgb);
        Assert.Equal("weights 1.0", backbone.Metadata.Source);
    }

    [Theory]
    [InlineData(224, 28)]
    [InlineData(225, 29)] // odd sizes: SAME rounds up at every stride
    [InlineData(97, 13)]
    public void Import_at_any_size_pads_as_tensorflow_does(int size, int grid)
    {
        var backbone = BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, _folder["b.onnx"], ["6", "14"]);

        var maps = Run(backbone, new float[3 * size * (size + 8)], [1, 3, size, size + 8]);

        Assert.Equal([1, 64, grid, (size + 15) / 8], maps["expanded_conv_6"].Shape);
        Assert.Equal([1, 160, grid, (size + 15) / 8], maps["expanded_conv_14"].Shape);
    }

    [Fact]
    public void Import_of_an_unknown_block_lists_the_blocks()
    {
        var e = Assert.Throws<BackboneException>(
            () => BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, _folder["b.onnx"], ["17"]));

        Assert.Contains("'17'", e.Message, StringComparison.Ordinal);
        Assert.Contains("expanded_conv_0x, ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("expanded_conv_16.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_with_a_truncated_shard_says_so()
    {
        var source = Path.GetDirectoryName(PretrainedWeights.ModelJson)!;
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, _folder[Path.GetFileName(file)]);
        using (var shard = File.OpenWrite(_folder["group1-shard3of3"])) shard.SetLength(1000);

        var e = Assert.Throws<BackboneException>(
            () => BackboneImporter.ImportTensorFlowJs(_folder["model.json"], _folder["b.onnx"], ["6"]));

        Assert.Contains("model.json", e.Message, StringComparison.Ordinal);
        Assert.Contains("shards with 8389608 bytes", e.Message, StringComparison.Ordinal);
    }

    private static float[] GoldenImage()
    {
        var image = new float[3 * Size * Size];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                int at = (y * Size) + x;
                image[at] = (float)Math.Sin((.05 * x) + (.02 * y));
                image[(Size * Size) + at] = (float)Math.Cos((.07 * y) - (.01 * x));
                image[(2 * Size * Size) + at] = (float)(Math.Sin(.03 * (x + y)) * Math.Cos(.11 * x));
            }
        }

        return image;
    }

    private static Dictionary<string, (float[] Values, long[] Shape)> Run(
        BackboneModel backbone, float[] image, long[] shape)
    {
        using var session = new InferenceSession(backbone.Path);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(image, shape);
        using var results = session.Run(options, [backbone.InputName], [input], session.OutputNames);
        return session.OutputNames.Zip(results).ToDictionary(
            r => r.First,
            r => (r.Second.GetTensorDataAsSpan<float>().ToArray(), r.Second.GetTensorTypeAndShape().Shape));
    }

    private static void AssertNear(JsonElement expected, Func<int, float> actual, double tolerance)
    {
        int i = 0;
        foreach (var value in expected.EnumerateArray()) Assert.Equal(value.GetDouble(), actual(i++), tolerance);
    }
}
