using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    public void Short_duration_is_exact(int microseconds)
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromMicroseconds(microseconds));

        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), histogram.Percentile(0.5));
    }

    // A bucket is 1/16 of its lower end wide, and its middle is what is told: at most 1/32 off.
    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1_000)]
    [InlineData(12_345)]
    [InlineData(999_999)]
    [InlineData(3_600_000_000)]
    public void Long_duration_is_told_within_the_width_of_its_bucket(long microseconds)
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromMicroseconds(microseconds));

        Assert.InRange(
            histogram.Percentile(1).TotalMicroseconds, microseconds * (1 - (1 / 32.0)), microseconds * (1 + (1 / 32.0)));
    }

    [Fact]
    public void Percentiles_are_those_of_the_sorted_durations()
    {
        var random = new Random(5);
        var durations = Enumerable.Range(0, 10_000)
            .Select(_ => TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 12)))
            .ToList();
        var histogram = new LatencyHistogram();

        durations.ForEach(histogram.Record);

        durations.Sort();
        foreach (var share in (double[])[0, 0.01, 0.5, 0.95, 0.99, 1])
        {
            var exact = durations[Math.Max(1, (int)Math.Ceiling(share * durations.Count)) - 1].TotalMicroseconds;
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, (exact * 31 / 32) - 1, (exact * 33 / 32) + 1);
        }

        Assert.Equal(10_000, histogram.Count);
        var mean = durations.Average(d => Math.Floor(d.TotalMicroseconds));
        Assert.Equal(mean, histogram.Mean.TotalMicroseconds, 0.2);
    }

    [Fact]
    public void Recordings_of_several_threads_are_all_counted_and_cleared()
    {
        var histogram = new LatencyHistogram();

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
                histogram.Record(TimeSpan.FromMicroseconds(i));
        });

        Assert.Equal(80_000, histogram.Count);
        histogram.Clear();
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (histogram.Count, histogram.Mean, histogram.Percentile(0.5)));
    }

    [Fact]
    public void Negative_duration_counts_as_none() // a clock that was set back
    {
        var histogram = new LatencyHistogram();

        histogram.Record(TimeSpan.FromSeconds(-1));

        Assert.Equal((1, TimeSpan.Zero), (histogram.Count, histogram.Percentile(1)));
    }

    [Fact]
    public void Interval_holds_what_was_recorded_since_the_last_look()
    {
        var histogram = new LatencyHistogram();
        var interval = new LatencyInterval(histogram);
        histogram.Record(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, interval.Next().Count);
        Assert.Equal((0, TimeSpan.Zero), (interval.Next().Count, interval.Next().Percentile(0.99)));

        histogram.Record(TimeSpan.FromMicroseconds(10));
        histogram.Record(TimeSpan.FromMicroseconds(20));
        var since = interval.Next();

        Assert.Equal((2, 10, 20), (
            since.Count, since.Percentile(0.5).TotalMicroseconds, since.Percentile(0.99).TotalMicroseconds));
        Assert.Equal((3, 15), (histogram.Count, since.Mean.TotalMicroseconds));
    }

    [Fact]
    public async Task Recording_while_somebody_looks_is_in_exactly_one_interval()
    {
        const int Recordings = 200_000;
        var histogram = new LatencyHistogram();
        var interval = new LatencyInterval(histogram);
        var recording = Task.Run(() =>
        {
            for (var i = 0; i < Recordings; i++)
                histogram.Record(TimeSpan.FromMicroseconds(i % 1000));
        });

        var seen = 0L;
        while (!recording.IsCompleted)
            seen += interval.Next().Count;
        await recording;
        seen += interval.Next().Count;

        Assert.Equal(Recordings, seen);
    }
}
