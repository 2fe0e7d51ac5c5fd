using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

public class EmbeddingPlanTests
{
    // 160 values, 32 of a sketch, 3 numbers, 4 bytes each.
    private const int PatchBytes = 780;

    [Fact]
    public void All_frames_are_kept_as_long_as_they_fit()
    {
        Assert.Equal(1, EmbeddingPlan.For(100L * 784 * PatchBytes, 100, 784, 160, 0, 7_840).Levels);
        Assert.Equal(2, EmbeddingPlan.For((100L * 784 * PatchBytes) - 1, 100, 784, 160, 0, 7_840).Levels);
        Assert.Equal(2, EmbeddingPlan.For(100L * 784 * PatchBytes, 100, 784, 160, 1, 7_840).Levels);
    }

    [Fact]
    public void Plan_of_many_frames_stays_within_the_memory()
    {
        const long Memory = 1L << 30;
        var plan = EmbeddingPlan.For(Memory, 7_000, 1_024, 160, 0, 16_384);

        // 218 groups of 32 frames, and one of 24. A group keeps up to one patch more than its share.
        Assert.Equal((2, 32), (plan.Levels, plan.GroupFrames));
        var most = (218L * plan.Keep(32 * 1_024)) + plan.Keep(24 * 1_024) + (32 * 1_024);
        Assert.InRange(most * PatchBytes, Memory * 0.99, Memory + (219 * PatchBytes));
    }

    [Fact]
    public void Groups_are_of_like_size()
    {
        // 129 frames in groups of at most 32: rather 26 each than one left over, which would be covered worse.
        Assert.Equal(26, EmbeddingPlan.For(128L * 1_024 * PatchBytes, 129, 1_024, 160, 0, 100).GroupFrames);
        // A frame of more patches than a group is a group of its own.
        Assert.Equal(1, EmbeddingPlan.For(1L << 30, 100, 100_000, 160, 0, 100).GroupFrames);
    }

    [Theory]
    [InlineData(2_000, 5, 0.2)] // A fifth of a large group, though memory has room for more.
    [InlineData(2_000, 1_500_000, 0.75)] // At least what the bank is to have.
    [InlineData(4, 5, 0.65)] // Of few frames what there is room for: nine tenths, less a group of one.
    public void Share_is_what_covers_well(int frames, int bank, double share)
    {
        var plan = EmbeddingPlan.For(frames * 1_000L * PatchBytes * 9 / 10, frames, 1_000, 160, 0, bank);

        Assert.Equal(share, plan.Share, 0.01);
    }

    [Fact]
    public void Memory_that_is_too_little_is_refused_with_what_would_do()
    {
        var e = Assert.Throws<ArgumentException>(() => EmbeddingPlan.For(100 << 20, 1_000, 1_000, 160, 0, 500_000));

        Assert.Equal(
            "the memory is 100 MiB, expected 396 or more: 32 of 1000 frames with 1000 patches each, "
                + "and 500000 patches to keep",
            e.Message);
        Assert.Equal(2, EmbeddingPlan.For(396 << 20, 1_000, 1_000, 160, 0, 500_000).Levels);
    }
}
