using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class EmbeddingTransformTests : IDisposable
{
    private const int Width = 22, Height = 18;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Affine_map_is_applied_to_each_patch()
    {
        var before = Build();
        var weights = SyntheticBackbone.Values(before.Dimension * 4, 7);
        var bias = SyntheticBackbone.Values(4, 8);

        var after = EmbeddingGraph.AppendAffine(_folder["plain.onnx"], weights, bias, _folder["mapped.onnx"]);

        Assert.Equal((before.GridHeight, before.GridWidth, 4), (after.GridHeight, after.GridWidth, after.Dimension));
        Assert.Equal(["shallow", "deep"], after.Layers);
        var (plain, mapped) = (Embed("plain.onnx"), Embed("mapped.onnx"));
        Assert.Equal(plain.Length / before.Dimension * 4, mapped.Length);
        for (int i = 0; i < mapped.Length; i++)
        {
            var patch = plain.AsSpan(i / 4 * before.Dimension, before.Dimension);
            double expected = bias[i % 4];
            for (int d = 0; d < patch.Length; d++) expected += (double)patch[d] * weights[(d * 4) + (i % 4)];
            // Sums of nine products of size 1; single precision keeps seven digits.
            Assert.Equal(expected, mapped[i], 1e-5);
        }
    }

    [Fact]
    public void Scale_is_the_affine_map_of_a_diagonal_matrix()
    {
        int dimension = Build().Dimension;
        var scale = SyntheticBackbone.Values(dimension, 7);
        var shift = SyntheticBackbone.Values(dimension, 8);
        var diagonal = new float[dimension * dimension];
        for (int d = 0; d < dimension; d++) diagonal[(d * dimension) + d] = scale[d];

        EmbeddingGraph.AppendScale(_folder["plain.onnx"], scale, shift, _folder["scaled.onnx"]);
        EmbeddingGraph.AppendAffine(_folder["plain.onnx"], diagonal, shift, _folder["mapped.onnx"]);

        Assert.NotEqual(Embed("plain.onnx"), Embed("scaled.onnx"));
        Assert.Equal(Embed("mapped.onnx"), Embed("scaled.onnx"));
    }

    [Fact]
    public void Maps_follow_one_another_in_place()
    {
        var path = _folder["plain.onnx"];
        int dimension = Build().Dimension;
        var plain = Embed("plain.onnx");
        float[] twice = [.. Enumerable.Repeat(2f, dimension)], one = [.. Enumerable.Repeat(1f, dimension)];

        EmbeddingGraph.AppendScale(path, twice, one, path);
        EmbeddingGraph.AppendScale(path, twice, one, path);

        // Doubling is exact, adding rounds: 2(2x + 1) + 1 from values of size 1.
        Assert.All(plain.Zip(Embed("plain.onnx")), pair => Assert.Equal((4 * pair.First) + 3, pair.Second, 1e-5));
    }

    [Fact]
    public void Map_of_another_dimension_is_refused()
    {
        Build();

        var affine = Assert.Throws<ArgumentException>(() => EmbeddingGraph.AppendAffine(
            _folder["plain.onnx"], new float[10], new float[1], _folder["mapped.onnx"]));
        var scale = Assert.Throws<ArgumentException>(() => EmbeddingGraph.AppendScale(
            _folder["plain.onnx"], new float[9], new float[8], _folder["mapped.onnx"]));

        Assert.Equal(
            "10 weights and 1 biases, expected 9 (the embedding's dimension) weights for each bias", affine.Message);
        Assert.Equal("9 scales and 8 shifts, expected 9 of each, the embedding's dimension", scale.Message);
        Assert.False(File.Exists(_folder["mapped.onnx"]));
    }

    [Fact]
    public void Map_with_a_value_that_is_not_finite_is_refused()
    {
        Build();
        float[] weights = [.. Enumerable.Repeat(1f, 8), float.NaN];

        var e = Assert.Throws<ArgumentException>(() => EmbeddingGraph.AppendAffine(
            _folder["plain.onnx"], weights, new float[1], _folder["mapped.onnx"]));

        Assert.Equal("a value is not finite", e.Message);
    }

    [Fact]
    public void Map_behind_what_is_no_embedding_graph_is_refused()
    {
        new SyntheticBackbone().Write(_folder["backbone.onnx"]);

        var e = Assert.Throws<BackboneException>(() => EmbeddingGraph.AppendAffine(
            _folder["backbone.onnx"], new float[1], new float[1], _folder["mapped.onnx"]));

        Assert.Contains("not an embedding graph", e.Message, StringComparison.Ordinal);
    }

    private EmbeddingGraphInfo Build() => EmbeddingGraph.Build(
        new SyntheticBackbone().Write(_folder["backbone.onnx"]), ["shallow", "deep"], Width, Height,
        _folder["plain.onnx"]);

    private float[] Embed(string file)
    {
        using var session = new EmbeddingSession(_folder[file], new ExecutionOptions());
        using var run = session.CreateRun();
        SyntheticBackbone.Values(3 * Height * Width, 3).CopyTo(run.Tensor);
        run.Execute();
        return run.Embedding.ToArray();
    }
}
