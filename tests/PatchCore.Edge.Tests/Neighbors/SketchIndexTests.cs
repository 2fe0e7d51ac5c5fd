using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Tests.Scores;

namespace PatchCore.Edge.Tests.Neighbors;

public class SketchIndexTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(5, 3, 2, 4)]
    [InlineData(17, 8, 3, 9)]
    [InlineData(1000, 96, 9, 70)]
    [InlineData(800, 160, 1, 300)]
    [InlineData(700, 300, 2, 131)]
    public void Search_finds_what_comparing_with_every_vector_finds(int count, int dimension, int neighbors, int queries)
    {
        var bank = Clustered(count, dimension, seed: 1);
        var asked = Clustered(queries, dimension, seed: 2);
        using var index = SketchIndex.Build(new MemoryBank(bank, dimension), threads: 3);
        using var exact = new ExactIndex(bank, dimension);

        var (distances, indices) = Search(index, asked, neighbors);
        var (expected, expectedIndices) = Search(exact, asked, neighbors);

        Assert.Equal(expectedIndices, indices);
        // Single precision sums up to 300 squares, 8 side by side.
        for (var i = 0; i < distances.Length; i++)
            Assert.Equal(expected[i], distances[i], Math.Max(1e-6, 1e-5 * expected[i]));
    }

    [Theory]
    [InlineData(1e-18f)]
    [InlineData(1e-3f)]
    [InlineData(1e6f)]
    [InlineData(1e15f)]
    public void Search_far_from_the_origin_or_at_any_scale_misses_no_neighbor(float scale)
    {
        // A common offset 100 times the spread is what cancels in |x|² − 2x·y + |y|².
        var bank = Clustered(600, 40, seed: 3).Select(v => (v + 100) * scale).ToArray();
        var asked = Clustered(90, 40, seed: 4).Select(v => (v + 100) * scale).ToArray();
        using var index = SketchIndex.Build(new MemoryBank(bank, 40));

        var (distances, _) = Search(index, asked, 1);

        var (nearest, _) = Search(new ExactIndex(bank, 40), asked, 1);
        for (var i = 0; i < distances.Length; i++)
            Assert.Equal(1, distances[i] / nearest[i], 1e-5);
    }

    [Fact]
    public void Search_of_the_vectors_themselves_finds_each_at_distance_0()
    {
        var bank = Clustered(500, 64, seed: 5);
        using var index = SketchIndex.Build(new MemoryBank(bank, 64));

        var (distances, indices) = Search(index, bank, 1);

        Assert.All(distances, distance => Assert.Equal(0, distance));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), indices);
    }

    [Fact]
    public void Vectors_that_are_equally_far_come_lowest_index_first()
    {
        float[] bank = [.. Enumerable.Repeat(new float[] { 3, 4, 0, 0 }, 40).SelectMany(v => v)];
        using var index = SketchIndex.Build(new MemoryBank(bank, 4));

        var (distances, indices) = Search(index, [0, 0, 0, 0], 5);

        Assert.Equal([0, 1, 2, 3, 4], indices);
        Assert.All(distances, distance => Assert.Equal(5, distance));
    }

    [Fact]
    public void Number_of_threads_changes_no_bit()
    {
        var bank = Clustered(900, 160, seed: 6);
        var asked = Clustered(784, 160, seed: 7);
        using var one = SketchIndex.Build(new MemoryBank(bank, 160), threads: 1);
        using var seven = SketchIndex.Build(new MemoryBank(bank, 160), threads: 7);

        var (distances, indices) = Search(seven, asked, 3);

        var (expected, expectedIndices) = Search(one, asked, 3);
        Assert.Equal(expectedIndices, indices);
        Assert.Equal(expected, distances);
    }

    [Fact]
    public void Faiss_and_this_index_find_the_same()
    {
        var bank = Clustered(2000, 160, seed: 8);
        var asked = Clustered(784, 160, seed: 9);
        using var faiss = FaissIndex.Build(bank, 160);
        using var index = SketchIndex.Of(faiss);

        var (distances, indices) = Search(index, asked, 1);
        var (expected, expectedIndices) = Search(faiss, asked, 1);

        Assert.Equal("flat-l2", index.Kind);
        Assert.Equal(expectedIndices, indices);
        for (var i = 0; i < distances.Length; i++)
            Assert.Equal(expected[i], distances[i], 1e-5 * expected[i]);
    }

    [Fact]
    public void Without_some_vectors_the_others_are_found_by_their_own_numbers()
    {
        var bank = Clustered(900, 40, seed: 14);
        var asked = Clustered(200, 40, seed: 15);
        using var whole = SketchIndex.Build(new MemoryBank(bank, 40));
        int[] left = [.. Enumerable.Range(0, 900).Where(i => i % 3 == 0)];
        int[] kept = [.. Enumerable.Range(0, 900).Where(i => i % 3 != 0)];
        using var rest = whole.Without(left);
        using var exact = new ExactIndex([.. kept.SelectMany(i => bank.AsSpan(i * 40, 40).ToArray())], 40);

        var (distances, indices) = Search(rest, asked, 4);

        var (expected, expectedIndices) = Search(exact, asked, 4);
        Assert.Equal(600, rest.Count);
        Assert.Equal(expectedIndices.Select(i => (long)kept[i]), indices);
        for (var i = 0; i < distances.Length; i++)
            Assert.Equal(expected[i], distances[i], Math.Max(1e-6, 1e-5 * expected[i]));
        Assert.Equal(0, Search(whole, bank, 1).Distances[0]);
    }

    [Fact]
    public async Task Searches_at_the_same_time_do_not_disturb_each_other()
    {
        var bank = Clustered(600, 48, seed: 10);
        using var index = SketchIndex.Build(new MemoryBank(bank, 48), threads: 4);
        var asked = Enumerable.Range(0, 6).Select(i => Clustered(256, 48, seed: 20 + i)).ToArray();
        var expected = asked.Select(queries => Search(new ExactIndex(bank, 48), queries, 2).Indices).ToArray();

        var found = await Task.WhenAll(asked.Select(queries => Task.Run(() =>
            Enumerable.Range(0, 20).Select(_ => Search(index, queries, 2).Indices).ToArray())));

        for (var i = 0; i < asked.Length; i++)
            Assert.All(found[i], indices => Assert.Equal(expected[i], indices));
    }

    [Fact]
    public void Search_after_the_first_allocates_nothing()
    {
        var bank = Clustered(500, 32, seed: 11);
        var asked = Clustered(400, 32, seed: 12);
        using var index = SketchIndex.Build(new MemoryBank(bank, 32), threads: 1);
        var (distances, indices) = (new float[400], new long[400]);

        Assert.Equal(0, Allocation.Of(() => index.Search(asked, 1, distances, indices)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Query_that_is_not_finite_is_refused(float value)
    {
        using var index = SketchIndex.Build(new MemoryBank(Clustered(20, 4, seed: 13), 4));

        var e = Assert.Throws<ArgumentException>(() => Search(index, [0, 1, value, 2], 1));

        Assert.Contains("not finite", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, Search(index, Clustered(20, 4, seed: 13), 1).Distances[19]);
    }

    [Fact]
    public void More_neighbors_than_vectors_are_refused()
    {
        using var index = SketchIndex.Build(new MemoryBank([1, 2, 3, 4], 2));

        var e = Assert.Throws<ArgumentException>(() => Search(index, [1, 2], 3));

        Assert.Contains("3 neighbors of 2 vectors", e.Message, StringComparison.Ordinal);
    }

    private static (float[] Distances, long[] Indices) Search(INeighborIndex index, float[] queries, int neighbors)
    {
        var count = queries.Length / index.Dimension * neighbors;
        var (distances, indices) = (new float[count], new long[count]);
        index.Search(queries, neighbors, distances, indices);
        return (distances, indices);
    }

    /// <summary>Points about 12 centers in directions of falling importance, as patches lie.</summary>
    private static float[] Clustered(int count, int dimension, int seed)
    {
        var centers = new Random(99);
        var offsets = Enumerable.Range(0, 12 * dimension).Select(_ => (float)centers.NextDouble()).ToArray();
        var random = new Random(seed);
        var points = new float[count * dimension];
        for (var i = 0; i < points.Length; i++)
        {
            var (cluster, d) = (i / dimension * 7 % 12, i % dimension);
            var spread = 1f / (1 + (d * 0.1f));
            points[i] = offsets[(cluster * dimension) + d] + (spread * ((float)random.NextDouble() - 0.5f));
        }

        return points;
    }
}
