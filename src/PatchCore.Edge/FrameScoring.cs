using System.Numerics.Tensors;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge;

/// <summary>What frames scored, one value of each a frame.</summary>
internal sealed class ScoredFrames
{
    public List<float> Scores { get; } = [];

    public List<float> HottestSpots { get; } = [];

    public List<UnreadableImage> Unreadable { get; } = [];

    /// <summary>How bright and sharp the frames are.</summary>
    public PictureTally Pictures { get; } = new();

    /// <summary>Frames that the bank was built from.</summary>
    public int Known { get; set; }
}

/// <summary>Scores folders of pictures by a bundle, each frame by the bank without its own patches.</summary>
internal sealed class FrameScoring : IDisposable
{
    private readonly InspectionModel _model;
    private readonly double _unreadableLimit;
    private readonly ITrainingProgress _progress;
    private readonly FrameEmbedder _embedder;
    private readonly ScoreOptions _scoring;
    private readonly AnomalyScorer _scorer;
    private readonly NativeImage _image = NativeImage.Empty();
    private float[] _vectors = [];

    public FrameScoring(InspectionModel model, double unreadableLimit, ITrainingProgress progress)
    {
        _model = model;
        _unreadableLimit = unreadableLimit;
        _progress = progress;
        _embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        _scoring = ScoreOptions.From(model.Bundle.Manifest.Scoring);
        _scorer = CreateScorer(model.Index);
    }

    /// <summary>Bank vectors that come from the frame of a file; none unless something else is set.</summary>
    public Func<string, IReadOnlyList<int>> OwnVectors { get; init; } = _ => [];

    /// <summary>Adds the frames of a folder.</summary>
    /// <exception cref="CalibrationException">Too few pictures, too many that cannot be read, or one that cannot be
    /// scored.</exception>
    public void Score(string stage, string folder, int fewest, ScoredFrames into, CancellationToken stop)
    {
        if (!Directory.Exists(folder))
            throw new CalibrationException($"{folder}: there is no such folder");
        var paths = ImageFolder.List(folder);
        RefuseTooFew(folder, paths.Length, fewest, "pictures");
        var unreadable = new List<UnreadableImage>();
        for (var i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            _progress.Report(stage, i, paths.Length);
            try
            {
                Score(paths[i], into);
            }
            catch (Exception e) when (e is NativeException or FrameException { PartIsMissing: true })
            {
                unreadable.Add(new UnreadableImage(paths[i], e.Message));
            }
            catch (FrameException e)
            {
                throw new CalibrationException($"{paths[i]}: {e.Message}", e);
            }
        }

        _progress.Report(stage, paths.Length, paths.Length);
        if (unreadable.Count == paths.Length || unreadable.Count > _unreadableLimit * paths.Length)
        {
            throw new CalibrationException(
                $"{folder}: {unreadable.Count} of {paths.Length} pictures cannot be used, "
                + $"at most {(int)(_unreadableLimit * paths.Length)} may be; the first is {unreadable[0].Path} "
                + $"({unreadable[0].Reason})");
        }

        RefuseTooFew(folder, paths.Length - unreadable.Count, fewest, "readable pictures");
        into.Unreadable.AddRange(unreadable);
    }

    public void Dispose()
    {
        _embedder.Dispose();
        _image.Dispose();
    }

    private static void RefuseTooFew(string folder, int found, int fewest, string what)
    {
        if (found < fewest)
            throw new CalibrationException($"{folder}: found {found} {what}, expected at least {fewest}");
    }

    private void Score(string path, ScoredFrames into)
    {
        _image.ReadInto(path);
        _embedder.Embed(_image);
        var own = OwnVectors(path);
        using var without = own.Count > 0 ? Without(path, own) : null;
        var scorer = without is null ? _scorer : CreateScorer(without);
        var score = scorer.Score(_embedder.Embedding).Score;
        var hottest = TensorPrimitives.Max(scorer.Map());
        if (!float.IsFinite(score) || !float.IsFinite(hottest))
            throw new CalibrationException($"{path}: its score is {score}, expected a finite number");
        into.Pictures.Add(_image);
        into.Scores.Add(score);
        into.HottestSpots.Add(hottest);
        into.Known += own.Count > 0 ? 1 : 0;
    }

    private AnomalyScorer CreateScorer(INeighborIndex index) => _embedder.CreateScorer(index, _scoring);

    private FaissIndex Without(string path, IReadOnlyList<int> own)
    {
        var (count, dimension) = (_model.Index.Count, _model.Index.Dimension);
        if (own.Count == count)
            throw new CalibrationException($"{path}: the bank is of this frame alone, so that nothing scores it");
        if (_vectors.Length == 0)
        {
            _vectors = new float[count * dimension];
            for (var i = 0; i < count; i++)
                _model.Index.Vector(i, _vectors.AsSpan(i * dimension, dimension));
        }

        var leftOut = own.ToHashSet();
        var rest = new float[(count - leftOut.Count) * dimension];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (leftOut.Contains(i))
                continue;
            _vectors.AsSpan(i * dimension, dimension).CopyTo(rest.AsSpan(at));
            at += dimension;
        }

        return FaissIndex.Build(rest, dimension);
    }
}
