using System.Diagnostics;
using System.Numerics.Tensors;
using PatchCore.Edge.Bundles;
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
/// <param name="session">The network, which may be shared.</param>
/// <param name="preprocessing">How pixels become numbers.</param>
/// <param name="geometry">Which pixels; null: the whole frame, stretched.</param>
/// <param name="reference">File of the alignment's reference; null: the first frame is it.</param>
internal sealed class FrameEmbedder(
    EmbeddingSession session, Preprocessing preprocessing, GeometryInfo? geometry = null, string? reference = null)
    : IDisposable
{
    private readonly FrameCanvas _canvas = new(
        geometry ?? new GeometryInfo(), preprocessing, (session.GridWidth, session.GridHeight), reference);

    private readonly EmbeddingRun _run = session.CreateRun(batch: 1);
    private float[] _gathered = [];
    private bool _isGathered;

    /// <summary>The geometry, worked out; known from the first frame on, or before if the recipe says the
    /// size.</summary>
    public FrameGeometry Geometry => _canvas.Geometry;

    /// <summary>Patches of an embedding: the active ones of the grid.</summary>
    public int PatchCount => Geometry.PatchCount;

    /// <summary>Rows of patches of a frame.</summary>
    public int GridHeight => Geometry.GridHeight;

    /// <summary>Patches in a row.</summary>
    public int GridWidth => Geometry.GridWidth;

    /// <summary>Values of a patch.</summary>
    public int Dimension => session.Dimension;

    /// <summary>The picture that parts are aligned to; null without alignment, or before the first frame.</summary>
    public NativeImage? Reference => _canvas.Reference;

    /// <summary>Where the last frame's anomaly map lies on it.</summary>
    public MapPlacement Placement => _canvas.Placement;

    /// <summary>Of the last frame: active patches × dimension, row-major.</summary>
    public ReadOnlySpan<float> Embedding => _isGathered ? _gathered : _run.Embedding;

    /// <summary>Whether the last frame's embedding is made of finite numbers: others have no distance.</summary>
    public bool IsFinite => float.IsFinite(TensorPrimitives.MaxMagnitude(Embedding));

    /// <summary>Of the last frame.</summary>
    public TimeSpan ConvertTime { get; private set; }

    /// <summary>Of the last frame.</summary>
    public TimeSpan EmbedTime { get; private set; }

    /// <summary>Converts and embeds one frame; one of 16 bits is reduced to 8 in place.</summary>
    /// <exception cref="FrameException">The frame is not as the geometry expects; it was not inspected.</exception>
    /// <exception cref="GeometryException">First frame: the geometry does not fit its size.</exception>
    public void Embed(NativeImage frame)
    {
        var start = Stopwatch.GetTimestamp();
        _canvas.Load(frame);
        Embed(start);
    }

    /// <summary>
    /// What the backbone saw of the last frame: pixels of the canvas, 8 bits, before normalization. Kept losslessly,
    /// <see cref="EmbedCanvas"/> of it gives the same embedding at any later time.
    /// </summary>
    public void CopyCanvas(NativeImage into) => _canvas.CopyTo(into);

    /// <summary>Embeds what <see cref="CopyCanvas"/> gave.</summary>
    /// <exception cref="FrameException">It has not the size of a canvas.</exception>
    public void EmbedCanvas(NativeImage canvas)
    {
        var start = Stopwatch.GetTimestamp();
        _canvas.LoadCanvas(canvas);
        Embed(start);
    }

    /// <summary>A scorer for what this embeds.</summary>
    public AnomalyScorer CreateScorer(INeighborIndex index, ScoreOptions options) => new(index, options, Geometry);

    /// <summary>An embedder of what a bundle was trained with.</summary>
    public static FrameEmbedder Of(Bundle bundle, EmbeddingSession session)
    {
        var geometry = bundle.Manifest.Geometry;
        return new FrameEmbedder(
            session, Preprocessing.From(bundle.Manifest.Preprocessing), geometry,
            geometry.Alignment?.Reference is { } name ? bundle.PathOf(name) : null);
    }

    public void Dispose()
    {
        _run.Dispose();
        _canvas.Dispose();
    }

    private void Embed(long start)
    {
        (ConvertTime, EmbedTime) = (TimeSpan.Zero, TimeSpan.Zero);
        var tiles = Geometry.Tiles;
        _isGathered = tiles.Length > 1 || Geometry.ActivePatches is not null;
        if (_isGathered && _gathered.Length == 0)
            _gathered = new float[PatchCount * Dimension];
        foreach (var tile in tiles)
        {
            _canvas.Convert(tile, _run.Tensor);
            var converted = Stopwatch.GetTimestamp();
            _run.Execute();
            if (_isGathered)
                Gather(tile);
            ConvertTime += Stopwatch.GetElapsedTime(start, converted);
            start = Stopwatch.GetTimestamp();
            EmbedTime += Stopwatch.GetElapsedTime(converted, start);
        }
    }

    private void Gather(FrameTile tile)
    {
        foreach (var run in tile.Runs)
        {
            _run.Embedding.Slice(run.From * Dimension, run.Count * Dimension)
                .CopyTo(_gathered.AsSpan(run.Into * Dimension));
        }
    }
}
