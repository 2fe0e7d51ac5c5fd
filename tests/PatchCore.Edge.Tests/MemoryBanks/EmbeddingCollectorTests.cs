using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

/// <summary>Two levels: what is kept of groups of frames, and how far it covers the rest.</summary>
public class EmbeddingCollectorTests
{
    // A distance is summed in floats here and there, in another order.
    private const float Rounding = 1 + 1e-5f;

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        // Dimension, frames, patches of a frame, values of a projection.
        { 3, 40, 50, 0 },
        { 16, 7, 101, 0 },
        { 16, 50, 1, 0 },
        { 45, 23, 64, 0 },
        { 45, 23, 64, 6 },
        { 160, 12, 30, 40 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_is_kept_of_a_frame_is_where_it_says(int dimension, int frames, int patches, int projection)
    {
        var embeddings = Embeddings(dimension, frames, patches);

        var store = Collect(embeddings, patches, dimension, projection, out _).Store;

        Assert.Equal(frames, store.Frames);
        Assert.True(store.Count < frames * patches);
        for (var i = 0; i < store.Count; i++)
        {
            var row = embeddings[store.FrameOf(i)].AsSpan(store.PatchOf(i) * dimension, dimension);
            Assert.True(store.Patch(i).SequenceEqual(row));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Radii_of_both_levels_bound_what_measuring_everything_finds(
        int dimension, int frames, int patches, int projection)
    {
        var embeddings = Embeddings(dimension, frames, patches);

        var collector = Collect(embeddings, patches, dimension, projection, out var plan);
        var store = collector.Store;
        var coreset = Coreset.Select(store, collector.Projection, Math.Min(20, store.Count));

        // A patch may only be stood for by what is kept of its own group.
        var groupRadius = 0f;
        var radius = 0f;
        for (var frame = 0; frame < frames; frame++)
        {
            var group = frame / plan.GroupFrames;
            int[] kept = [.. Enumerable.Range(0, store.Count).Where(i => store.FrameOf(i) / plan.GroupFrames == group)];
            for (var p = 0; p < patches; p++)
            {
                var patch = embeddings[frame].AsSpan(p * dimension, dimension).ToArray();
                groupRadius = Math.Max(groupRadius, kept.Min(i => Distance(patch, store.Patch(i))));
                radius = Math.Max(radius, coreset.Indices.Min(i => Distance(patch, store.Patch(i))));
            }
        }

        Assert.Equal(groupRadius, collector.Radius, groupRadius * 1e-5f);
        Assert.True(radius <= (collector.Radius + coreset.CoverageRadius) * Rounding);
        Assert.True(radius > 0);
    }

    [Fact]
    public async Task What_is_kept_is_the_same_on_one_core()
    {
        var embeddings = Embeddings(dimension: 40, frames: 6, patches: 8_000);
        var one = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 1);

        var alone = await Task.Factory.StartNew(
            () => Collect(embeddings, 8_000, 40, 10, out _), CancellationToken.None, TaskCreationOptions.None,
            one.ConcurrentScheduler);

        var together = Collect(embeddings, 8_000, 40, 10, out _);
        Assert.Equal(together.Radius, alone.Radius);
        Assert.Equal(Places(together.Store), Places(alone.Store));
    }

    [Fact]
    public void Frames_that_fit_are_kept_in_full()
    {
        var embeddings = Embeddings(dimension: 8, frames: 5, patches: 10);
        var collector = new EmbeddingCollector(EmbeddingPlan.For(1 << 20, 5, 10, 8, 0, 5), 8);

        foreach (var embedding in embeddings)
            collector.Append(embedding);
        collector.Complete();

        Assert.Equal((1, 50, 5, 0f), (
            collector.Levels, collector.Store.Count, collector.Store.Frames, collector.Radius));
    }

    [Fact]
    public void Frame_that_cannot_be_used_is_named_by_its_own_number_and_left_out()
    {
        var embeddings = Embeddings(dimension: 8, frames: 40, patches: 100);
        var collector = new EmbeddingCollector(EmbeddingPlan.For(60_000, 40, 100, 8, 0, 5), 8);
        foreach (var embedding in embeddings[..33])
            collector.Append(embedding);
        embeddings[33][5] = float.NaN;

        var e = Assert.Throws<ArgumentException>(() => collector.Append(embeddings[33]));
        foreach (var embedding in embeddings[34..])
            collector.Append(embedding);
        collector.Complete();

        Assert.Contains("frame 33 has a value that is not finite", e.Message, StringComparison.Ordinal);
        Assert.Equal(39, collector.Store.Frames);
        Assert.True(collector.Store.Patch(collector.Store.Count - 1).SequenceEqual(
            embeddings[39].AsSpan(collector.Store.PatchOf(collector.Store.Count - 1) * 8, 8)));
    }

    private static EmbeddingCollector Collect(
        float[][] embeddings, int patches, int dimension, int projection, out EmbeddingPlan plan)
    {
        // Room for 4 of 5 patches.
        var bytes = (long)embeddings.Length * patches * dimension * sizeof(float) * 4 / 5;
        plan = EmbeddingPlan.For(bytes, embeddings.Length, patches, dimension, projection, bank: 1);
        Assert.Equal(2, plan.Levels);
        var collector = new EmbeddingCollector(
            plan, dimension, projection > 0 ? new RandomProjection(dimension, projection) : null);
        foreach (var embedding in embeddings)
            collector.Append(embedding);
        collector.Complete();
        return collector;
    }

    private static (int Frame, int Patch)[] Places(EmbeddingStore store) =>
        [.. Enumerable.Range(0, store.Count).Select(i => (store.FrameOf(i), store.PatchOf(i)))];

    // Clusters with copies, so that some frames give little and some patches are equally far.
    private static float[][] Embeddings(int dimension, int frames, int patches)
    {
        var random = new Random(dimension);
        float[][] centers = [.. Enumerable.Range(0, 9).Select(_ => Row(_ => random.Next(-40, 40)))];
        return [.. Enumerable.Range(0, frames).Select(_ =>
            Enumerable.Range(0, patches).SelectMany(_ =>
            {
                var center = centers[random.Next(centers.Length)];
                return Row(d => center[d] + (random.Next(-2, 3) * 0.25f));
            }).ToArray())];

        float[] Row(Func<int, float> value) => [.. Enumerable.Range(0, dimension).Select(value)];
    }

    private static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var d = 0; d < a.Length; d++)
            sum += (a[d] - (double)b[d]) * (a[d] - (double)b[d]);
        return (float)Math.Sqrt(sum);
    }
}
