namespace PatchCore.Edge.Native.Tests;

public sealed class NativeIndexTests
{
    [Fact]
    public void Search_finds_the_golden_neighbors_at_their_distances()
    {
        var golden = Golden.Read();
        using var index = Build(golden);
        var found = Search(index, golden.Query, golden.Neighbors);

        Assert.Equal(golden.Indices, found.Indices);
        for (var i = 0; i < golden.Distances.Length; i++)
            Assert.Equal(golden.Distances[i], Math.Sqrt(found.Squared[i]), 1e-5);
    }

    [Fact]
    public void Search_one_by_one_gives_bit_by_bit_what_a_search_of_all_gives()
    {
        // FAISS takes another road, with fewer digits, from 20 queries on.
        var golden = Golden.Read();
        using var index = Build(golden);
        var all = Search(index, golden.Query, golden.Neighbors);

        for (var query = 0; query < golden.Query.Length / golden.Dimension; query++)
        {
            var one = Search(index, golden.Query.AsSpan(query * golden.Dimension, golden.Dimension), golden.Neighbors);

            Assert.Equal(all.Squared[(query * golden.Neighbors)..((query + 1) * golden.Neighbors)], one.Squared);
            Assert.Equal(all.Indices[(query * golden.Neighbors)..((query + 1) * golden.Neighbors)], one.Indices);
        }
    }

    [Fact]
    public void Search_of_vectors_that_are_in_the_index_finds_distance_zero()
    {
        // Far from the origin, where |x|² + |y|² - 2xy alone leaves a distance behind.
        var golden = Golden.Read();
        var vectors = golden.Bank.Select(value => value + 100f).ToArray();
        using var index = NativeIndex.CreateFlatL2(golden.Dimension);
        index.Add(vectors);

        var found = Search(index, vectors, 1);

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), found.Indices);
        Assert.All(found.Squared, squared => Assert.Equal(0f, squared));
    }

    [Fact]
    public void Search_with_ties_puts_the_lower_index_first()
    {
        using var index = NativeIndex.CreateFlatL2(2);
        index.Add([1, 0, 0, 1, -1, 0, 0, -1]);

        Assert.Equal([0, 1, 2, 3], Search(index, [0, 0], 4).Indices);
        Assert.Equal([0, 1, 2, 3], Search(index, new float[2 * 30], 4).Indices[..4]);
    }

    [Theory]
    [InlineData(1, float.NaN)]
    [InlineData(30, float.NaN)]
    [InlineData(1, float.PositiveInfinity)]
    [InlineData(30, float.NegativeInfinity)]
    public void Search_for_a_query_that_is_not_finite_is_refused(int queries, float value)
    {
        // FAISS gave such a query the distance 0 to its first vector: a good part, of all things.
        using var index = NativeIndex.CreateFlatL2(2);
        index.Add([1, 0, 0, 1]);
        var vectors = new float[2 * queries];
        vectors[^1] = value;

        var exception = Assert.Throws<NativeException>(() => Search(index, vectors, 1));

        Assert.Equal("among the queries are values that are not finite", exception.Message);
    }

    [Fact]
    public void Add_of_a_vector_that_is_not_finite_is_refused()
    {
        using var index = NativeIndex.CreateFlatL2(2);

        Assert.Throws<NativeException>(() => index.Add([1, 0, float.NaN, 1]));

        Assert.Equal(0, index.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(41)]
    public void Search_for_more_neighbors_than_there_are_vectors_is_refused(int neighbors)
    {
        var golden = Golden.Read();
        using var index = Build(golden);

        var exception = Assert.Throws<NativeException>(
            () => index.Search(golden.Query, neighbors, new float[49], new long[49]));

        Assert.Equal($"cannot find {neighbors} neighbors among 40 vectors", exception.Message);
        Assert.Equal("pce_index_search", exception.Function);
    }

    [Fact]
    public void Search_with_results_of_the_wrong_length_is_refused()
    {
        using var index = NativeIndex.CreateFlatL2(2);
        index.Add([1, 0, 0, 1]);

        Assert.Throws<NativeException>(() => index.Search([0, 0], 1, new float[2], new long[2]));
        Assert.Throws<ArgumentException>(() => index.Search([0, 0], 1, new float[1], new long[2]));
    }

    [Fact]
    public void Search_and_add_of_no_whole_vectors_are_refused()
    {
        using var index = NativeIndex.CreateFlatL2(3);

        Assert.Equal(
            "4 floats are no whole number of vectors of dimension 3",
            Assert.Throws<NativeException>(() => index.Add([1, 2, 3, 4])).Message);
        index.Add([1, 2, 3]);
        Assert.Throws<NativeException>(() => index.Search([1, 2], 1, new float[1], new long[1]));
    }

    [Fact]
    public void Search_of_an_empty_index_is_refused()
    {
        using var index = NativeIndex.CreateFlatL2(2);

        Assert.Throws<NativeException>(() => index.Search([0, 0], 1, new float[1], new long[1]));
    }

    [Fact]
    public void CreateFlatL2_of_no_dimension_is_refused() =>
        Assert.Throws<NativeException>(() => NativeIndex.CreateFlatL2(0));

    [Fact]
    public void Reconstruct_gives_the_vectors_back()
    {
        using var index = NativeIndex.CreateFlatL2(2);
        index.Add([1, 2, 3, 4, 5, 6]);
        var vectors = new float[4];

        index.Reconstruct(1, vectors);

        Assert.Equal([3, 4, 5, 6], vectors);
        Assert.Equal((2, 3L, "flat-l2"), (index.Dimension, index.Count, index.Kind));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void Reconstruct_past_the_ends_is_refused(long first)
    {
        using var index = NativeIndex.CreateFlatL2(2);
        index.Add([1, 2, 3, 4, 5, 6]);

        Assert.Throws<NativeException>(() => index.Reconstruct(first, new float[2]));
    }

    [Fact]
    public void Search_allocates_nothing_managed()
    {
        var golden = Golden.Read();
        using var index = Build(golden);
        var squared = new float[golden.Distances.Length];
        var indices = new long[golden.Distances.Length];
        index.Search(golden.Query, golden.Neighbors, squared, indices);

        var before = GC.GetAllocatedBytesForCurrentThread();
        index.Search(golden.Query, golden.Neighbors, squared, indices);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static NativeIndex Build(Golden golden)
    {
        var index = NativeIndex.CreateFlatL2(golden.Dimension);
        index.Add(golden.Bank);
        return index;
    }

    internal static (float[] Squared, long[] Indices) Search(
        NativeIndex index, ReadOnlySpan<float> queries, int neighbors)
    {
        var count = queries.Length / index.Dimension * neighbors;
        var (squared, indices) = (new float[count], new long[count]);
        index.Search(queries, neighbors, squared, indices);
        return (squared, indices);
    }
}
