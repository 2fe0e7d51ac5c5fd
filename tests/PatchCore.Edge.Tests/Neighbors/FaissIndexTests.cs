using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Tests.Neighbors;

public sealed class FaissIndexTests
{
    [Fact]
    public void Search_finds_the_golden_neighbors_at_their_euclidean_distances()
    {
        var golden = GoldenFile.Read("scoring.json");
        using var index = FaissIndex.Build(golden.Floats("bank"), golden.Int("dim"));
        var expected = golden.Floats("neighbourDistances");
        var (distances, indices) = (new float[expected.Length], new long[expected.Length]);

        index.Search(golden.Floats("query"), golden.Int("k"), distances, indices);

        Assert.Equal(golden.Ints("neighbourIndices").Select(value => (long)value), indices);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], distances[i], 1e-5f);
    }

    [Fact]
    public void Build_tells_what_it_holds_and_gives_vectors_back()
    {
        using var index = FaissIndex.Build(new MemoryBank([3, 4, 6, 8], 2));
        var vector = new float[2];

        index.Vector(1, vector);

        Assert.Equal((2, 2, "flat-l2"), (index.Dimension, index.Count, index.Kind));
        Assert.Equal([6, 8], vector);
    }

    [Fact]
    public void Search_gives_distances_that_are_not_squared()
    {
        using var index = FaissIndex.Build([3, 4, 6, 8], 2);
        var (distances, indices) = (new float[2], new long[2]);

        index.Search([0, 0], 2, distances, indices);

        Assert.Equal([5, 10], distances);
        Assert.Equal([0, 1], indices);
    }

    [Fact]
    public void Search_for_a_query_that_is_not_a_number_is_refused()
    {
        using var index = FaissIndex.Build([3, 4, 6, 8], 2);

        var exception = Assert.Throws<NativeException>(
            () => index.Search([float.NaN, 0], 1, new float[1], new long[1]));

        Assert.Equal("among the queries are values that are not finite", exception.Message);
    }

    [Fact]
    public void Open_of_what_was_saved_finds_the_same()
    {
        using var folder = new TemporaryFolder();
        using (var built = FaissIndex.Build([3, 4, 6, 8], 2))
            built.Save(folder["bank.faiss"]);

        using var index = FaissIndex.Open(folder["bank.faiss"]);
        var (distances, indices) = (new float[1], new long[1]);
        index.Search([6, 9], 1, distances, indices);

        Assert.Equal((1f, 1L), (distances[0], indices[0]));
    }

    [Fact]
    public void Open_of_a_missing_file_names_the_path()
    {
        var exception = Assert.Throws<NativeException>(() => FaissIndex.Open("/nowhere/bank.faiss"));

        Assert.Contains(
            "'/nowhere/bank.faiss': No such file or directory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vector_into_a_span_of_another_length_is_refused()
    {
        using var index = FaissIndex.Build([3, 4, 6, 8], 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => index.Vector(0, new float[3]));
    }
}
