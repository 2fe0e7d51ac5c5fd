using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

public class EmbeddingStoreTests
{
    [Fact]
    public void Patches_of_frames_of_different_sizes_are_kept_in_order_with_their_frame()
    {
        var store = new EmbeddingStore(2);

        Assert.Equal(0, store.Append([1, 2, 3, 4]));
        Assert.Equal(1, store.Append([5, 6]));
        Assert.Equal(2, store.Append([7, 8, 9, 10, 11, 12]));

        Assert.Equal((6, 3), (store.Count, store.Frames));
        Assert.Equal([0, 0, 1, 2, 2, 2], Enumerable.Range(0, 6).Select(store.FrameOf));
        Assert.Equal([0, 1, 0, 0, 1, 2], Enumerable.Range(0, 6).Select(store.PatchOf));
        Assert.Equal([5f, 6f], store.Patch(2).ToArray());
        Assert.Equal([11f, 12f], store.Patch(5).ToArray());
    }

    [Fact]
    public void Frames_of_which_some_patches_are_kept_or_none_know_which()
    {
        var store = new EmbeddingStore(1);

        Assert.Equal(0, store.Append([], []));
        Assert.Equal(1, store.Append([1, 2], [3, 7]));
        Assert.Equal(2, store.Append([], []));
        Assert.Equal(3, store.Append([], []));
        Assert.Equal(4, store.Append([3], [5]));
        Assert.Equal(5, store.Append([], []));

        Assert.Equal((3, 6), (store.Count, store.Frames));
        Assert.Equal([1, 1, 4], Enumerable.Range(0, 3).Select(store.FrameOf));
        Assert.Equal([3, 7, 5], Enumerable.Range(0, 3).Select(store.PatchOf));
        Assert.Equal(3f, store.Patch(2)[0]);
    }

    [Theory]
    [InlineData(new[] { 1 }, "has 2 values, expected 1 × the dimension 1")]
    [InlineData(new[] { 4, 4 }, "has patches that do not ascend")]
    [InlineData(new[] { -1, 4 }, "has patches that do not ascend")]
    public void Patches_that_do_not_fit_are_refused(int[] patches, string reason)
    {
        var store = new EmbeddingStore(1);

        var e = Assert.Throws<ArgumentException>(() => store.Append([1, 2], patches));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (store.Count, store.Frames));
    }

    [Fact]
    public void Frame_across_two_chunks_is_whole()
    {
        // 1,500,000 values a row: a chunk holds two rows.
        const int Dimension = 1_500_000;
        var store = new EmbeddingStore(Dimension);
        var embedding = new float[3 * Dimension];
        for (var i = 0; i < embedding.Length; i++)
            embedding[i] = i;

        store.Append(embedding);

        for (var patch = 0; patch < 3; patch++)
            Assert.True(store.Patch(patch).SequenceEqual(embedding.AsSpan(patch * Dimension, Dimension)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Frame_with_a_value_that_is_not_finite_is_refused(float value)
    {
        var store = new EmbeddingStore(10);
        for (var at = 0; at < 30; at++)
        {
            var embedding = new float[30];
            embedding[at] = value;
            var e = Assert.Throws<ArgumentException>(() => store.Append(embedding));
            Assert.Contains("frame 0 has a value that is not finite", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal((0, 0), (store.Count, store.Frames));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Frame_that_is_no_whole_number_of_patches_is_refused(int length)
    {
        var e = Assert.Throws<ArgumentException>(() => new EmbeddingStore(3).Append(new float[length]));
        Assert.Contains(
            $"frame 0 has {length} values, expected a multiple of the dimension 3", e.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Patch_out_of_range_is_refused(int patch)
    {
        var store = new EmbeddingStore(1);
        store.Append([1, 2]);

        Assert.Throws<ArgumentOutOfRangeException>(() => store.Patch(patch).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.FrameOf(patch));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.PatchOf(patch));
    }
}
