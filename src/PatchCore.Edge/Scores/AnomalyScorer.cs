using System.Diagnostics;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Scores;

/// <summary>
/// Embedding → patch scores → image score and anomaly map. One per worker: it owns its workspace and allocates nothing
/// while scoring; the index may be shared.
/// </summary>
public sealed class AnomalyScorer
{
    private readonly INeighborIndex _index;
    private readonly int[]? _active;
    private readonly float[] _distances;
    private readonly float[] _patchScores;
    private readonly long[] _nearest;
    private readonly PatchWeight _weight;
    private readonly AnomalyMap _map;
    private bool _scored;
    private bool _mapped;

    /// <exception cref="ArgumentException">An empty index, a grid or map without pixels, or options out of
    /// range.</exception>
    public AnomalyScorer(
        INeighborIndex index, ScoreOptions options, int gridHeight, int gridWidth, int mapHeight, int mapWidth)
        : this(index, options, gridHeight, gridWidth, mapHeight, mapWidth, null, null)
    {
    }

    /// <summary>
    /// Scores what a geometry inspects of a frame: embeddings hold its active patches only, the others score 0 and so
    /// does the map where nothing is inspected.
    /// </summary>
    /// <exception cref="ArgumentException">An empty index, or options out of range.</exception>
    public AnomalyScorer(INeighborIndex index, ScoreOptions options, FrameGeometry geometry)
        : this(
            index, options with { Sigma = options.Sigma / geometry.MapReduction }, geometry.GridHeight,
            geometry.GridWidth, geometry.MapHeight, geometry.MapWidth, geometry.ActivePatches, geometry.MapMask)
    {
    }

    private AnomalyScorer(
        INeighborIndex index, ScoreOptions options, int gridHeight, int gridWidth, int mapHeight, int mapWidth,
        IReadOnlyList<int>? active, IReadOnlyList<bool>? mask)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        if (index.Count < 1)
            throw new ArgumentException("the index is empty, expected at least one bank vector", nameof(index));

        _index = index;
        _map = new AnomalyMap(options, gridHeight, gridWidth, mapHeight, mapWidth);
        if (active is not null || mask is not null)
            _map.Mask(active ?? [.. Enumerable.Range(0, gridHeight * gridWidth)], mask);
        _active = active is null ? null : [.. active];
        _patchScores = new float[gridHeight * gridWidth];
        _distances = _active is null ? _patchScores : new float[_active.Length];
        _nearest = new long[_distances.Length];
        _weight = new PatchWeight(index, options);
    }

    /// <summary>
    /// Of the frame scored last: the distance from every patch to its nearest bank vector, grid height × width,
    /// row-major.
    /// </summary>
    public ReadOnlySpan<float> PatchScores => _patchScores;

    /// <summary>Of the frame scored last: how long the search for the nearest bank vectors took.</summary>
    public TimeSpan SearchTime { get; private set; }

    /// <summary>Scores one frame.</summary>
    /// <param name="embedding">Active patches × dimension, row-major.</param>
    /// <exception cref="ArgumentException">The embedding is not as long as the active patches and the index ask.</exception>
    public ImageScore Score(ReadOnlySpan<float> embedding)
    {
        Forget();
        var dimension = _index.Dimension;
        if (embedding.Length != _distances.Length * dimension)
        {
            throw new ArgumentException(
                $"the embedding has {embedding.Length} values, expected {_distances.Length} patches × {dimension}",
                nameof(embedding));
        }

        var start = Stopwatch.GetTimestamp();
        _index.Search(embedding, 1, _distances, _nearest);
        SearchTime = Stopwatch.GetElapsedTime(start);
        _scored = true;

        Scatter();
        var worst = 0;
        for (var patch = 0; patch < _distances.Length; patch++)
        {
            // A patch that was not measured could be the anomalous one.
            if (!float.IsFinite(_distances[patch]) || _nearest[patch] < 0)
                return new ImageScore(float.NaN, float.NaN, GridIndex(patch));
            if (_distances[patch] > _distances[worst])
                worst = patch;
        }

        var largest = _distances[worst];
        var weight = _weight.Of(embedding.Slice(worst * dimension, dimension), _nearest[worst]);
        return new ImageScore((float)(weight * largest), largest, GridIndex(worst));
    }

    /// <summary>Drops what was scored last, so that nobody takes it for what comes next.</summary>
    public void Forget() => _scored = _mapped = false;

    /// <summary>
    /// Of the frame scored last: the anomaly map, map height × width, row-major; computed when first asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored.</exception>
    public ReadOnlySpan<float> Map()
    {
        if (!_scored)
            throw new InvalidOperationException("there is no anomaly map before a frame has been scored");
        if (!_mapped)
            _map.Render(_patchScores);
        _mapped = true;
        return _map.Pixels;
    }

    private int GridIndex(int patch) => _active is null ? patch : _active[patch];

    private void Scatter()
    {
        if (_active is null)
            return;
        for (var i = 0; i < _active.Length; i++)
            _patchScores[_active[i]] = _distances[i];
    }
}
