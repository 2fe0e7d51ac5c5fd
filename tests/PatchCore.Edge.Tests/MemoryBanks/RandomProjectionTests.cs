using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

public class RandomProjectionTests
{
    [Fact]
    public void Projection_is_the_same_on_every_machine()
    {
        var projected = new float[4];

        new RandomProjection(8, 4).Project([1, 10, 100, 1_000, 10_000, 100_000, 1e6f, 1e7f], projected);

        // Signs worked out from SplitMix64 by another program; times √(3 / 4).
        var scale = MathF.Sqrt(0.75f);
        Assert.Equal([-11 * scale, 11 * scale, -9_890_101 * scale, -1_000 * scale], projected);
    }

    [Fact]
    public void Distances_are_nearly_kept()
    {
        const int From = 160, To = 64, Points = 60;
        var random = new Random(5);
        var store = new EmbeddingStore(From);
        store.Append([.. Enumerable.Range(0, Points * From).Select(_ => random.NextSingle() * 7)]);
        var projected = new RandomProjection(From, To).Project(store);

        List<double> ratios = [];
        for (var i = 0; i < Points; i++)
        {
            for (var j = 0; j < i; j++)
                ratios.Add(Distance(projected, i, j) / Distance(store, i, j));
        }

        // Squares of lengths have a variance of 2 / To at most (Achlioptas, section 5); lengths half its root.
        var deviation = Math.Sqrt(2.0 / To) / 2;
        Assert.Equal((Points, To), (projected.Count, projected.Dimension));
        Assert.Equal(1, ratios.Average(), deviation);
        Assert.InRange(Math.Sqrt(ratios.Average(r => (r - 1) * (r - 1))), 0, 1.5 * deviation);
    }

    [Fact]
    public void Coreset_by_projection_is_that_of_the_projected_patches_and_covers_the_patches_as_they_are()
    {
        var random = new Random(6);
        var store = new EmbeddingStore(45);
        store.Append([.. Enumerable.Range(0, 45 * 1_100).Select(_ => random.Next(3) * 0.5f)]);
        var projection = new RandomProjection(45, 8);

        var coreset = Coreset.Select(store, projection, 60, start: 9);

        var expected = Coreset.Select(projection.Project(store), 60, start: 9);
        Assert.Equal(expected.Indices, coreset.Indices);
        Assert.NotEqual(Coreset.Select(store, 60, start: 9).Indices, coreset.Indices);
        var farthest = Enumerable.Range(0, store.Count).Max(p => coreset.Indices.Min(c => Distance(store, p, c)));
        Assert.Equal(farthest, coreset.CoverageRadius, 1e-5);
    }

    [Fact]
    public void Projection_to_more_values_than_there_are_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomProjection(4, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomProjection(4, 0));
    }

    private static double Distance(EmbeddingStore store, int a, int b) => Math.Sqrt(Enumerable.Range(0, store.Dimension)
        .Sum(d => Math.Pow(store.Patch(a)[d] - (double)store.Patch(b)[d], 2)));
}
