using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>What a test keeps of a verdict.</summary>
internal sealed record LineResult(
    long FrameId, string? PartId, Verdict Verdict, float? Score, string? Reason, TimeSpan Inspected, string Recipe,
    string Bundle, float Threshold);

/// <summary>One camera with its pipeline, an engine around it, and the verdicts that come out.</summary>
internal sealed class InspectionLine : IAsyncDisposable, IResultSink
{
    private readonly InspectionModel _model;
    private readonly List<LineResult> _results = [];

    public InspectionLine(
        InspectionModel model, IFrameSource source, PipelineOptions options, TimeProvider clock,
        CameraOptions? camera = null)
    {
        _model = model;
        Camera = new Camera(
            "one", () => source, camera ?? new CameraOptions { KeepEvery = true }, clock, NullLogger.Instance);
        Pipeline = new Pipeline(Camera, LineRecipe.Of("flange", model), this, options, clock);
        Engine = new InspectionEngine([Pipeline]);
    }

    public Camera Camera { get; }

    public Pipeline Pipeline { get; }

    public InspectionEngine Engine { get; }

    /// <summary>Waits, at most 20 s, until there are so many results; returns all.</summary>
    public async Task<List<LineResult>> Results(int count)
    {
        await Until(() =>
        {
            lock (_results)
                return _results.Count >= count;
        });
        lock (_results)
            return [.. _results];
    }

    public static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 2000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition(), "it did not happen within 20 s");
    }

    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        lock (_results)
        {
            _results.Add(new LineResult(
                outcome.Frame.Id, outcome.Frame.PartId, outcome.Verdict, outcome.Score?.Score, outcome.Reason,
                outcome.Times.Total, outcome.Recipe.Name, outcome.Recipe.BundleId, outcome.Recipe.Threshold));
        }

        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Camera.DisposeAsync();
        Pipeline.Dispose();
        _model.Dispose();
    }
}
