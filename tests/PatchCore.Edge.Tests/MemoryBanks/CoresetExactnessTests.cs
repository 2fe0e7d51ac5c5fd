using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

/// <summary>The selection is, bit for bit, the one of measuring every patch against every center.</summary>
public class CoresetExactnessTests
{
    public static TheoryData<string, int, int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, int, int, int>();
            foreach (var kind in (string[])["gaussian", "integer", "copies", "flat", "offset", "same", "tiny", "huge"])
            {
                shapes.Add(kind, 1, 700, 40);
                shapes.Add(kind, 3, 1025, 200);
                shapes.Add(kind, 31, 513, 513);
                shapes.Add(kind, 64, 1100, 60);
                shapes.Add(kind, 160, 900, 90);
                shapes.Add(kind, 300, 257, 33);
                shapes.Add(kind, 45, 1, 1);
                shapes.Add(kind, 45, 2, 2);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Selection_is_that_of_brute_force(string kind, int dimension, int patches, int count)
    {
        var store = new EmbeddingStore(dimension);
        store.Append(Points(kind, dimension, patches));
        var start = patches / 3;

        var coreset = Coreset.Select(store, count, start);

        var expected = BruteForce(store, count, start);
        Assert.Equal(expected.Indices, coreset.Indices);
        Assert.Equal(expected.Radii, coreset.Radii);
        Assert.Equal(expected.CoverageRadius, coreset.CoverageRadius);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void First_picks_are_the_selection_of_so_few(string kind, int dimension, int patches, int count)
    {
        var store = new EmbeddingStore(dimension);
        store.Append(Points(kind, dimension, patches));
        var whole = Coreset.Select(store, count, patches / 3);
        var few = Math.Max(1, whole.Indices.Length / 2);

        var first = whole.Take(few);

        var expected = BruteForce(store, few, patches / 3);
        Assert.Equal(expected.Indices, first.Indices);
        Assert.Equal(expected.Radii, first.Radii);
        Assert.Equal(expected.CoverageRadius, first.CoverageRadius);
    }

    [Fact]
    public async Task Selection_is_the_same_on_one_core()
    {
        var store = new EmbeddingStore(40);
        store.Append(Points("copies", 40, 20_000));
        var one = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 1);

        var alone = await Task.Factory.StartNew(
            () => Coreset.Select(store, 150), CancellationToken.None, TaskCreationOptions.None,
            one.ConcurrentScheduler);

        Assert.Equal(Coreset.Select(store, 150).Indices, alone.Indices);
    }

    private static float[] Points(string kind, int dimension, int patches)
    {
        var random = new Random((dimension * 1000) + patches);
        var points = new float[dimension * patches];
        for (var p = 0; p < patches; p++)
        {
            // Few directions matter, as in the embeddings of a network.
            var (x, y) = (Normal(), Normal());
            for (var d = 0; d < dimension; d++)
            {
                points[(p * dimension) + d] = kind switch
                {
                    "gaussian" => Normal(),
                    "integer" => random.Next(3),
                    "copies" => p % 3 == 0 ? d % 5 : (x * (d % 7)) + Normal(),
                    "flat" => (x * (d % 3)) + (y * (d % 4)),
                    "offset" => 4096 + (x * (d % 3)) + (0.01f * Normal()),
                    "tiny" => 1e-21f * Normal(),
                    "huge" => 1e18f * Normal(),
                    _ => 0.1f,
                };
            }

            if (kind == "copies" && p % 4 == 1)
                points.AsSpan(random.Next(p) * dimension, dimension).CopyTo(points.AsSpan(p * dimension));
        }

        return points;

        float Normal() => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
    }

    // The measure is the product's own: what is held here is that leaving most of the measuring out changes nothing.
    private static CoresetSelection BruteForce(EmbeddingStore store, int count, int start)
    {
        var nearest = Enumerable.Repeat(float.PositiveInfinity, store.Count).ToArray();
        List<int> indices = [start];
        List<float> radii = [];
        while (true)
        {
            for (var p = 0; p < nearest.Length; p++)
            {
                var measured = SquaredDistance.Least(
                    store.Patch(p), store.Patch(indices[^1]), float.PositiveInfinity);
                nearest[p] = MathF.Min(nearest[p], measured);
            }

            var farthest = nearest.Max();
            if (indices.Count == count || farthest == 0)
                return new CoresetSelection([.. indices], [.. radii], MathF.Sqrt(farthest));
            indices.Add(Array.IndexOf(nearest, farthest));
            radii.Add(MathF.Sqrt(farthest));
        }
    }
}
