using PatchCore.Edge.Host.Services;

namespace PatchCore.Edge.Host.Tests.Services;

public sealed class CameraWatchTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, true)] // no frames at all
    [InlineData(5, 5, 5, 5, true)] // all judged, no new ones
    [InlineData(5, 4, 6, 5, true)] // one in flight, and on it goes
    [InlineData(5, 5, 6, 5, true)] // one came just now
    [InlineData(5, 4, 5, 4, false)] // the same one in flight as before
    [InlineData(5, 4, 9, 4, false)] // more wait behind it
    public void Frame_without_a_verdict_for_a_whole_interval_is_no_progress(
        long handedOver, long verdicts, long handedOverLater, long verdictsLater, bool expected)
    {
        var (frames, judged) = (handedOver, verdicts);
        var watch = new CameraWatch("line-1", () => frames, () => judged);
        Assert.True(watch.HasProgressed());

        (frames, judged) = (handedOverLater, verdictsLater);

        Assert.Equal(expected, watch.HasProgressed());
    }
}
