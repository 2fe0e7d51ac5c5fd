using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge;

/// <summary>Looks into a memory bank: what it holds, and what it is near to and far from.</summary>
public sealed class BankInspection
{
    private readonly InspectionModel _model;
    private readonly FrameEmbedder _embedder;
    private readonly BankOrigins _origins;
    private readonly BankInspectionOptions _options;
    private readonly string?[] _files;
    private readonly FrameSurvey?[] _surveys;

    private BankInspection(
        InspectionModel model, FrameEmbedder embedder, BankOrigins origins, BankInspectionOptions options)
    {
        (_model, _embedder, _origins, _options) = (model, embedder, origins, options);
        _files = new string?[origins.Frames.Count];
        _surveys = new FrameSurvey?[origins.Frames.Count];
    }

    /// <exception cref="BundleException">The bundle is damaged or scores differently here.</exception>
    /// <exception cref="CameraException">The folder of good pictures cannot be listed.</exception>
    /// <exception cref="EmbeddingException">The runtime, or a provider that is required, is not there.</exception>
    /// <exception cref="NativeException">The native library is missing or of another version.</exception>
    public static BankInspectionReport Run(
        BankInspectionOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        using var model = InspectionModel.Load(options.BundleDirectory, options.Execution);
        if (BankOrigins.Read(model.Bundle) is not { } origins)
            return new BankInspectionReport { Bundle = model.Bundle, Frames = [] };
        using var embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        var inspection = new BankInspection(model, embedder, origins, options);
        inspection.FindFiles(progress, stop);
        if (options.Patches > 0)
            inspection.Survey(progress, stop);
        return inspection.Report();
    }

    private void FindFiles(ITrainingProgress progress, CancellationToken stop)
    {
        var moved = new Dictionary<string, string>();
        if (_options.GoodDirectory is { } folder)
        {
            foreach (var path in ImageFolder.List(folder))
            {
                stop.ThrowIfCancellationRequested();
                if (OriginFrame.At(path) is { } there)
                    moved.TryAdd(there.Sha256, there.File);
            }
        }

        for (var i = 0; i < _files.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("finding", i, _files.Length);
            var frame = _origins.Frames[i];
            _files[i] = moved.GetValueOrDefault(frame.Sha256)
                ?? (OriginFrame.At(frame.File) == frame ? frame.File : null);
        }

        progress.Report("finding", _files.Length, _files.Length);
    }

    /// <summary>Holds every patch of the frames that are there against the bank.</summary>
    private void Survey(ITrainingProgress progress, CancellationToken stop)
    {
        var inBank = _origins.FrameOf.Zip(_origins.PatchOf).ToHashSet();
        using var image = NativeImage.Empty();
        for (var i = 0; i < _files.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("embedding", i, _files.Length);
            if (_files[i] is not { } file)
                continue;
            try
            {
                image.ReadInto(file);
                _embedder.Embed(image);
            }
            catch (Exception e) when (e is NativeException or FrameException)
            {
                _files[i] = null;
                continue;
            }

            _surveys[i] = Survey(i, inBank);
        }

        progress.Report("embedding", _files.Length, _files.Length);
    }

    private FrameSurvey Survey(int frame, HashSet<(int Frame, int Patch)> inBank)
    {
        var (distances, nearest) = (new float[_embedder.PatchCount], new long[_embedder.PatchCount]);
        _model.Index.Search(_embedder.Embedding, 1, distances, nearest);
        var (near, far) = (-1, 0);
        for (var patch = 0; patch < distances.Length; patch++)
        {
            // What is in the bank itself is at no distance from it, which tells nothing.
            if (!inBank.Contains((frame, patch)) && (near < 0 || distances[patch] < distances[near]))
                near = patch;
            if (distances[patch] > distances[far])
                far = patch;
        }

        return new FrameSurvey(
            _embedder.Placement,
            near < 0 ? null : new PatchMatch(frame, near, distances[near], (int)nearest[near]),
            new PatchMatch(frame, far, distances[far], (int)nearest[far]));
    }

    private BankInspectionReport Report()
    {
        var vectors = new int[_files.Length];
        foreach (var frame in _origins.FrameOf)
            vectors[frame]++;
        var seen = _surveys.OfType<FrameSurvey>().ToArray();
        return new BankInspectionReport
        {
            Bundle = _model.Bundle,
            Frames =
            [
                .. _origins.Frames.Select((frame, i) => new BankFrame(
                    frame.File, _files[i], vectors[i], _surveys[i]?.Farthest.Distance)),
            ],
            Nearest = Views(seen.Select(survey => survey.Nearest).OfType<PatchMatch>().OrderBy(m => m.Distance)),
            Farthest = Views(seen.Select(survey => survey.Farthest).OrderByDescending(m => m.Distance)),
            Outlying = _options.Patches > 0 ? Views(Outlying()) : [],
        };
    }

    /// <summary>Bank vectors by how far the nearest other one is, the farthest first.</summary>
    private IEnumerable<PatchMatch> Outlying()
    {
        var index = _model.Index;
        if (index.Count < 2)
            return [];
        var vectors = new float[index.Count * index.Dimension];
        for (var i = 0; i < index.Count; i++)
            index.Vector(i, vectors.AsSpan(i * index.Dimension, index.Dimension));
        var (distances, nearest) = (new float[2 * index.Count], new long[2 * index.Count]);
        index.Search(vectors, 2, distances, nearest);
        return Enumerable.Range(0, index.Count)
            .Where(i => Locate(_origins.FrameOf[i], _origins.PatchOf[i]) is not null)
            .Select(i => new PatchMatch(
                _origins.FrameOf[i], _origins.PatchOf[i], distances[(2 * i) + 1],
                (int)(nearest[2 * i] == i ? nearest[(2 * i) + 1] : nearest[2 * i])))
            .OrderByDescending(match => match.Distance);
    }

    private PatchView[] Views(IEnumerable<PatchMatch> matches) => [.. matches.Take(_options.Patches).Select(match =>
        new PatchView(
            Locate(match.Frame, match.Patch)!, match.Distance,
            Locate(_origins.FrameOf[match.Vector], _origins.PatchOf[match.Vector])))];

    /// <summary>Where a patch is; null where its frame is not there, or it is of a varied copy of it.</summary>
    private PatchPlace? Locate(int frame, int patch)
    {
        if (_files[frame] is not { } file || _surveys[frame] is not { } survey || patch >= _embedder.PatchCount)
            return null;
        var geometry = _embedder.Geometry;
        var cell = geometry.ActivePatches?[patch] ?? patch;
        return new PatchPlace(file, geometry.OutlineOf(cell, survey.Placement));
    }

    private sealed record FrameSurvey(MapPlacement Placement, PatchMatch? Nearest, PatchMatch Farthest);

    private sealed record PatchMatch(int Frame, int Patch, float Distance, int Vector);
}
