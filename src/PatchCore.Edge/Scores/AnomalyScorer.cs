using System.Diagnostics;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Scores;

/// <summary>
/// Embedding → patch scores → image score and anomaly map. One per worker: it owns its workspace and allocates nothing
/// while scoring; the index may be shared.
/// </summary>
public sealed class AnomalyScorer
{
    private readonly INeighborIndex _index;
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
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        if (index.Count < 1)
            throw new ArgumentException("the index is empty, expected at least one bank vector", nameof(index));

        _index = index;
        _map = new AnomalyMap(options, gridHeight, gridWidth, mapHeight, mapWidth);
        _patchScores = new float[gridHeight * gridWidth];
        _nearest = new long[gridHeight * gridWidth];
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
    /// <param name="embedding">Patches × dimension, row-major.</param>
    /// <exception cref="ArgumentException">The embedding is not as long as the grid and the index ask.</exception>
    public ImageScore Score(ReadOnlySpan<float> embedding)
    {
        Forget();
        var dimension = _index.Dimension;
        if (embedding.Length != _patchScores.Length * dimension)
        {
            throw new ArgumentException(
                $"the embedding has {embedding.Length} values, expected {_patchScores.Length} patches × {dimension}",
                nameof(embedding));
        }

        var start = Stopwatch.GetTimestamp();
        _index.Search(embedding, 1, _patchScores, _nearest);
        SearchTime = Stopwatch.GetElapsedTime(start);
        _scored = true;

        var worst = 0;
        for (var patch = 0; patch < _patchScores.Length; patch++)
        {
            // A patch that was not measured could be the anomalous one.
            if (!float.IsFinite(_patchScores[patch]) || _nearest[patch] < 0)
                return new ImageScore(float.NaN, float.NaN, patch);
            if (_patchScores[patch] > _patchScores[worst])
                worst = patch;
        }

        var largest = _patchScores[worst];
        var weight = _weight.Of(embedding.Slice(worst * dimension, dimension), _nearest[worst]);
        return new ImageScore((float)(weight * largest), largest, worst);
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
}
