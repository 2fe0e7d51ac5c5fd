using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Tests;

public class HeldOutBanksTests
{
    private const int Dimension = 8;
    private const int Patches = 40;

    [Theory]
    [InlineData(6, 0.1)]
    [InlineData(25, 0.1)]
    [InlineData(25, 0.4)]
    public void Bank_without_a_frame_covers_all_other_frames_as_the_whole_does(int frames, double ratio)
    {
        var store = Frames(frames, seed: 1);
        var coreset = Coreset.Select(store, (int)(ratio * store.Count));
        var banks = HeldOutBanks.Of(store, coreset, _ => { }, CancellationToken.None);
        var holes = 0;
        for (var frame = 0; frame < frames; frame++)
        {
            var bank = banks.Without(frame)!;
            var holed = MemoryBank.Without(frame, store, coreset)!;
            holes += Farthest(store, holed, frame) > coreset.CoverageRadius ? 1 : 0;

            // FAISS and the coreset round differently.
            Assert.InRange(Farthest(store, bank, frame), 0, coreset.CoverageRadius * 1.0001f);
            Assert.DoesNotContain(
                Enumerable.Range(frame * Patches, Patches), patch => Holds(bank, store.Patch(patch)));
        }

        // Else the test would prove nothing.
        Assert.True(holes > 0);
    }

    [Fact]
    public void Held_out_frames_score_as_frames_do_that_were_never_there()
    {
        var (worse, taken, never) = (0.0, 0.0, 0.0);
        for (var seed = 1; seed <= 4; seed++)
        {
            var store = Frames(20, seed);
            var fresh = Frames(20, seed + 100);
            var coreset = Coreset.Select(store, store.Count / 10);
            var banks = HeldOutBanks.Of(store, coreset, _ => { }, CancellationToken.None);
            for (var frame = 0; frame < 20; frame++)
            {
                worse += Score(MemoryBank.Without(frame, store, coreset)!, store, frame);
                taken += Score(banks.Without(frame)!, store, frame);
                never += Score(MemoryBank.From(store, coreset), fresh, frame);
            }
        }

        // 1.03 (a bank of 20 frames less one covers less) and 1.10: holes triple what is wrong.
        Assert.InRange(taken / never, 0.98, 1.05);
        Assert.True(worse / never > 1.07);
    }

    [Fact]
    public void Bank_of_one_frame_has_nothing_without_it()
    {
        var store = Frames(1, seed: 1);
        var banks = HeldOutBanks.Of(store, Coreset.Select(store, 4), _ => { }, CancellationToken.None);
        Assert.Null(banks.Without(0));
    }

    [Fact]
    public void Bank_of_every_patch_is_only_less_those_of_the_frame()
    {
        var store = Frames(4, seed: 1);
        var banks = HeldOutBanks.Of(store, Coreset.Select(store, store.Count), _ => { }, CancellationToken.None);
        Assert.Equal(3 * Patches, banks.Without(2)!.Count);
    }

    private static EmbeddingStore Frames(int frames, int seed)
    {
        var random = new Random(seed);
        var store = new EmbeddingStore(Dimension);
        var embedding = new float[Patches * Dimension];
        for (var frame = 0; frame < frames; frame++)
        {
            // Frames differ in three of the values as a whole: each has a light of its own.
            double[] light = [.. Enumerable.Range(0, Dimension).Select(d => d < 3 ? 3 * random.NextDouble() : 0)];
            for (var i = 0; i < embedding.Length; i++)
            {
                embedding[i] = (float)(light[i % Dimension]
                    + Enumerable.Range(0, 6).Sum(_ => random.NextDouble() - 0.5));
            }

            store.Append(embedding);
        }

        return store;
    }

    private static float Score(MemoryBank bank, EmbeddingStore store, int frame) =>
        Farthest(store, bank, Enumerable.Range(frame * Patches, Patches));

    private static float Farthest(EmbeddingStore store, MemoryBank bank, int frame) => Farthest(
        store, bank, Enumerable.Range(0, store.Count).Where(patch => store.FrameOf(patch) != frame));

    private static float Farthest(EmbeddingStore store, MemoryBank bank, IEnumerable<int> patches)
    {
        using var index = FaissIndex.Build(bank);
        float[] queries = [.. patches.SelectMany(patch => store.Patch(patch).ToArray())];
        var distances = new float[queries.Length / Dimension];
        index.Search(queries, 1, distances, new long[distances.Length]);
        return distances.Max();
    }

    private static bool Holds(MemoryBank bank, ReadOnlySpan<float> patch)
    {
        for (var i = 0; i < bank.Count; i++)
        {
            if (bank.Vectors.AsSpan(i * Dimension, Dimension).SequenceEqual(patch))
                return true;
        }

        return false;
    }
}
