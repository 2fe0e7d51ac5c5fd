using System.Diagnostics;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge;

/// <summary>
/// Frame → embedding, the same way in training and on the line, with memory taken once. One a worker: not safe for use
/// from two threads at once.
/// </summary>
internal sealed class FrameEmbedder(EmbeddingSession session, Preprocessing preprocessing) : IDisposable
{
    private readonly FrameConverter _converter = new(preprocessing);
    private readonly EmbeddingRun _run = session.CreateRun(batch: 1);

    /// <summary>Rows of patches of a frame.</summary>
    public int GridHeight => session.GridHeight;

    /// <summary>Patches in a row.</summary>
    public int GridWidth => session.GridWidth;

    /// <summary>Values of a patch.</summary>
    public int Dimension => session.Dimension;

    /// <summary>Rows of a frame's anomaly map.</summary>
    public int MapHeight => preprocessing.Height;

    /// <summary>Columns of a frame's anomaly map.</summary>
    public int MapWidth => preprocessing.Width;

    /// <summary>Of the last frame: grid height × grid width × dimension, row-major.</summary>
    public ReadOnlySpan<float> Embedding => _run.Embedding;

    /// <summary>Of the last frame.</summary>
    public TimeSpan ConvertTime { get; private set; }

    /// <summary>Of the last frame.</summary>
    public TimeSpan EmbedTime { get; private set; }

    /// <summary>Converts and embeds one frame.</summary>
    public void Embed(NativeImage frame)
    {
        var start = Stopwatch.GetTimestamp();
        _converter.Convert(frame, _run.Tensor);
        var converted = Stopwatch.GetTimestamp();
        _run.Execute();
        ConvertTime = Stopwatch.GetElapsedTime(start, converted);
        EmbedTime = Stopwatch.GetElapsedTime(converted);
    }

    /// <summary>A scorer for what this embeds.</summary>
    public AnomalyScorer CreateScorer(INeighborIndex index, ScoreOptions options) =>
        new(index, options, GridHeight, GridWidth, MapHeight, MapWidth);

    public void Dispose() => _run.Dispose();
}
