using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

public class CoresetTests
{
    [Fact]
    public void Coreset_of_reference_points_is_the_reference_selection()
    {
        var golden = GoldenFile.Read("coreset.json");
        var expected = golden.Ints("selected");

        var coreset = Coreset.Select(
            StoreOf(golden.Floats("points"), golden.Int("dim")), expected.Length, golden.Int("start"));

        Assert.Equal(expected, coreset.Indices);
        var radii = golden.Floats("radius");
        Assert.Equal(radii.Length, coreset.Radii.Length);
        for (var i = 0; i < radii.Length; i++)
            Assert.Equal(radii[i], coreset.Radii[i], 6e-5); // The reference keeps 6 digits, two before the point.
    }

    [Theory]
    [InlineData(1, 3000, 400)]
    [InlineData(37, 4100, 60)]
    [InlineData(45, 2049, 100)]
    [InlineData(160, 2500, 30)]
    public void Coreset_of_clustered_points_is_that_of_measuring_everything(int dimension, int patches, int count)
    {
        // Clusters with copies: bounds go stale at different times, and equally far patches abound. More than one
        // block.
        var random = new Random(dimension);
        var centers = Enumerable.Range(0, 20 * dimension).Select(_ => random.Next(-40, 40)).ToArray();
        var points = new float[patches * dimension];
        for (var p = 0; p < patches; p++)
        {
            var cluster = random.Next(20);
            for (var d = 0; d < dimension; d++)
                points[p * dimension + d] = centers[cluster * dimension + d] + random.Next(-2, 3) * 0.25f;
        }

        var expected = MeasureEverything(points, dimension, count, start: 17);
        var coreset = Coreset.Select(StoreOf(points, dimension), count, start: 17);

        Assert.Equal(expected.Indices[..coreset.Indices.Length], coreset.Indices);
        Assert.Equal(expected.Radii[..coreset.Radii.Length], coreset.Radii);
        Assert.Equal(expected.CoverageRadius, coreset.CoverageRadius);
        Assert.True(coreset.Indices.Length == count || coreset.CoverageRadius == 0);
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(39, 40)]
    [InlineData(40, 40)]
    public void Coreset_that_is_extended_is_the_one_selected_at_once(int first, int count)
    {
        var random = new Random(3);
        float[] points = [.. Enumerable.Range(0, 2500 * 7).Select(_ => random.Next(-30, 30) * 0.25f)];
        var store = StoreOf(points, 7);
        var whole = Coreset.Select(store, count);
        var bank = MemoryBank.From(store, Coreset.Select(store, first));

        var more = Coreset.Extend(store, bank.Vectors, count - bank.Count);

        Assert.Equal(whole.Indices[bank.Count..], more.Indices);
        Assert.Equal(whole.Radii[(bank.Count - 1)..], more.Radii);
        Assert.Equal(whole.CoverageRadius, more.CoverageRadius);
    }

    [Fact]
    public void Extension_takes_what_the_bank_is_farthest_from_and_stops_where_nothing_is_new()
    {
        var more = Coreset.Extend(StoreOf([0, 1, 9, 3, 9], 1), [0f, 3f], 5);

        Assert.Equal([2, 1], more.Indices);
        Assert.Equal([6f, 1f], more.Radii);
        Assert.Equal(0, more.CoverageRadius);
        Assert.Empty(Coreset.Extend(StoreOf([3, 0], 1), [0f, 3f], 2).Indices);
        Assert.Equal([2, 1], Coreset.Extend(StoreOf([1, 6, 9], 1), [0f], 3, enough: 2).Indices);
        Assert.Equal(1, Coreset.Extend(StoreOf([1, 6, 9], 1), [0f], 3, enough: 2).CoverageRadius);
        Assert.Equal(6, Coreset.Extend(StoreOf([0, 1, 9], 1), [0f, 3f], 0).CoverageRadius);
    }

    [Fact]
    public void Extension_of_what_is_no_bank_is_refused()
    {
        var store = new EmbeddingStore(2);
        store.Append([1, 2, 3, 4]);

        Assert.Throws<ArgumentException>(() => Coreset.Extend(store, [], 1));
        Assert.Throws<ArgumentException>(() => Coreset.Extend(store, [1f, 2f, 3f], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Coreset.Extend(store, [1f, 2f], 3));
    }

    [Fact]
    public void Coreset_with_equally_far_patches_takes_the_lowest_index()
    {
        var coreset = Coreset.Select(StoreOf([0, 5, -5, 5, 2], 1), 3);

        Assert.Equal([0, 1, 2], coreset.Indices);
        Assert.Equal([5f, 5f], coreset.Radii);
        Assert.Equal(2f, coreset.CoverageRadius);
    }

    [Fact]
    public void Coreset_of_fewer_different_patches_than_wanted_picks_each_once()
    {
        var coreset = Coreset.Select(StoreOf([1, 1, 3, 3, 1], 1), 5);

        Assert.Equal([0, 2], coreset.Indices);
        Assert.Equal(0f, coreset.CoverageRadius);
    }

    [Fact]
    public void Coreset_of_one_is_the_start()
    {
        var coreset = Coreset.Select(StoreOf([1, 2, 4], 1), 1, start: 1);

        Assert.Equal([1], coreset.Indices);
        Assert.Empty(coreset.Radii);
        Assert.Equal(2f, coreset.CoverageRadius);
    }

    [Theory]
    [InlineData(0, 0, "expected 1 to the 3 patches")]
    [InlineData(4, 0, "expected 1 to the 3 patches")]
    [InlineData(1, 3, "expected 0 to 2")]
    [InlineData(1, -1, "expected 0 to 2")]
    public void Coreset_of_numbers_out_of_range_is_refused(int count, int start, string reason)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Coreset.Select(StoreOf([1, 2, 3], 1), count, start));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Selection_tells_its_progress_up_to_the_last_pick()
    {
        var told = new Told();

        Coreset.Select(StoreOf([.. Enumerable.Range(0, 100).Select(i => (float)(i * i))], 1), 40, progress: told);

        Assert.Equal([16, 32, 40], told.Values);
    }

    [Fact]
    public void Selection_that_is_canceled_stops_between_two_picks()
    {
        using var stop = new CancellationTokenSource();
        var told = new Told { OnReport = stop.Cancel };
        var store = StoreOf([.. Enumerable.Range(0, 100).Select(i => (float)(i * i))], 1);

        Assert.Throws<OperationCanceledException>(() => Coreset.Select(store, 100, 0, told, stop.Token));

        Assert.Equal([16], told.Values);
    }

    private static EmbeddingStore StoreOf(float[] points, int dimension)
    {
        var store = new EmbeddingStore(dimension);
        store.Append(points);
        return store;
    }

    private static CoresetSelection MeasureEverything(float[] points, int dimension, int count, int start)
    {
        // The coordinates are multiples of 1/4: every sum is exact, whatever its order.
        var nearest = Enumerable.Repeat(float.PositiveInfinity, points.Length / dimension).ToArray();
        List<int> indices = [start];
        List<float> radii = [];
        while (true)
        {
            for (var p = 0; p < nearest.Length; p++)
            {
                var sum = 0f;
                for (var d = 0; d < dimension; d++)
                {
                    var difference = points[p * dimension + d] - points[indices[^1] * dimension + d];
                    sum += difference * difference;
                }

                nearest[p] = MathF.Min(nearest[p], sum);
            }

            var radius = nearest.Max();
            if (indices.Count == count)
                return new CoresetSelection([.. indices], [.. radii], MathF.Sqrt(radius));
            indices.Add(Array.IndexOf(nearest, radius));
            radii.Add(MathF.Sqrt(radius));
        }
    }

    private sealed class Told : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(int value)
        {
            Values.Add(value);
            OnReport?.Invoke();
        }
    }
}
