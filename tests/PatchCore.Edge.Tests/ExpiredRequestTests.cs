using PatchCore.Edge.Tests.Cameras;

namespace PatchCore.Edge.Tests;

public sealed class ExpiredRequestTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Fact]
    public async Task Request_whose_time_was_up_takes_no_place_in_the_queue()
    {
        var deadline = TimeSpan.FromMilliseconds(250);
        var clock = new ManualTimeProvider();
        var options = new PipelineOptions
        {
            Deadline = deadline,
            Trigger = new() { Kind = TriggerKind.Command, Queue = 1 },
        };
        await using var line = trained.Line(new LiveSource(trained.Picture(null)) { IsPaused = true }, options, clock);
        line.Engine.Start();
        Assert.Null(line.Pipeline.Request(new PartRequest("gone")));
        Assert.NotNull(line.Pipeline.Request(new PartRequest("refused")));
        clock.Advance(deadline);
        await line.Results(1);

        Assert.Null(line.Pipeline.Request(new PartRequest("next")));
    }
}
