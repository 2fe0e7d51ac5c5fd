using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge;

/// <summary>
/// The good frames of a training: their files and their embeddings, in ordinal order of the file names.
/// </summary>
internal sealed class GoodFrames
{
    private readonly FrameEmbedder _embedder;
    private readonly Func<EmbeddingCollector> _collect;
    private readonly List<string> _paths = [];
    private readonly List<OriginFrame> _origins = [];
    private readonly List<UnreadableImage> _unreadable = [];
    private readonly List<FrameSizeInfo> _sizes = [];
    private readonly PictureTally _pictures = new();
    private readonly FrameAugmenter? _augmenter;
    private float[] _withCopies = [];

    private EmbeddingCollector? _collector;

    private GoodFrames(FrameEmbedder embedder, FrameAugmenter? augmenter, Func<EmbeddingCollector> collect)
    {
        (_embedder, _augmenter, _collect) = (embedder, augmenter, collect);
    }

    /// <summary>Of every frame all patches, or with two levels those that stand for the others.</summary>
    public EmbeddingStore Embeddings => Collector.Store;

    /// <summary>What the embeddings went through, and how far they cover the patches that were not kept.</summary>
    public EmbeddingCollector Collector => _collector ??= _collect();

    public IReadOnlyList<string> Paths => _paths;

    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    public int PatchesPerFrame => _embedder.PatchCount;

    /// <summary>Varied copies of each frame, whose patches come after its own and count as its own.</summary>
    public int Copies => _augmenter?.Copies ?? 0;

    /// <summary>Of all frames and their copies, kept or not.</summary>
    public long Patches => (long)_paths.Count * PatchesPerFrame * (1 + Copies);

    /// <summary>How bright and sharp the frames are, without their copies; null where none could be measured.</summary>
    public PictureInfo? Pictures => _pictures.ToInfo();

    /// <summary>Sizes of the frames, in the order in which they were met.</summary>
    public IReadOnlyList<FrameSizeInfo> Sizes => _sizes;

    /// <summary>An embedder as the recipe asks.</summary>
    /// <exception cref="TrainingException">The recipe's geometry does not fit the backbone or its frames.</exception>
    public static FrameEmbedder CreateEmbedder(
        TrainingOptions options, EmbeddingSession session, Preprocessing preprocessing)
    {
        var geometry = options.Recipe.Geometry;
        try
        {
            return new FrameEmbedder(session, preprocessing, geometry, geometry.Alignment?.Reference);
        }
        catch (GeometryException e)
        {
            throw new TrainingException(e.Message, e);
        }
    }

    /// <summary>Reads and embeds every picture of the folder.</summary>
    /// <exception cref="TrainingException">Too few pictures, or more unreadable ones than the options
    /// allow.</exception>
    public static GoodFrames Embed(
        TrainingOptions options, FrameEmbedder embedder, ITrainingProgress progress, CancellationToken stop)
    {
        var paths = ImageFolder.List(options.GoodDirectory);
        RefuseTooFew(options, paths.Length, "picture");
        var augmenter = options.Recipe.Augmentation is { } asked ? new FrameAugmenter(asked, options.Seed) : null;
        // Its size is known from the first frame on: the geometry says how many patches that has.
        var good = new GoodFrames(embedder, augmenter, () => BankSelection.CreateCollector(
            options, paths.Length, embedder.PatchCount * (1 + (augmenter?.Copies ?? 0)), embedder.Dimension));
        var allowed = (int)(options.UnreadableLimit * paths.Length);
        using var image = NativeImage.Empty();
        using var copy = NativeImage.Empty();
        for (var i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("embedding", i, paths.Length);
            try
            {
                image.ReadInto(paths[i]);
                good.Append(OriginFrame.Of(paths[i]), image, copy, stop);
            }
            catch (Exception e) when (e is NativeException or IOException or FrameException { PartIsMissing: true })
            {
                good._unreadable.Add(new UnreadableImage(paths[i], e.Message));
                RefuseUnreadable(options, good._unreadable, allowed, paths.Length);
            }
        }

        progress.Report("embedding", paths.Length, paths.Length);
        RefuseTooFew(options, good._paths.Count, "usable picture");
        good.Collector.Complete(stop);
        return good;
    }

    /// <summary>
    /// One frame's embedding, without its copies: patches × dimension, row-major. Where not all of it was kept, the frame is read and
    /// embedded anew, with the same result. Not for two threads at once.
    /// </summary>
    /// <exception cref="TrainingException">The frame's picture can no longer be used.</exception>
    public void CopyEmbedding(int frame, Span<float> into)
    {
        if (Collector.Levels == 1)
        {
            var first = frame * PatchesPerFrame * (1 + Copies);
            for (var patch = 0; patch < PatchesPerFrame; patch++)
                Embeddings.Patch(first + patch).CopyTo(into[(patch * Embeddings.Dimension)..]);
            return;
        }

        try
        {
            using var image = NativeImage.Read(_paths[frame]);
            _embedder.Embed(image);
        }
        catch (Exception e) when (e is NativeException or FrameException)
        {
            throw new TrainingException($"{_paths[frame]}: was used before and no longer can be: {e.Message}", e);
        }

        _embedder.Embedding.CopyTo(into);
    }

    public AnomalyScorer CreateScorer(INeighborIndex index, ScoreOptions scoring) =>
        _embedder.CreateScorer(index, scoring);

    /// <summary>Where the vectors of the bank come from.</summary>
    public BankOrigins OriginsOf(CoresetSelection coreset) => new()
    {
        Frames = _origins,
        FrameOf = Array.ConvertAll(coreset.Indices, Embeddings.FrameOf),
        PatchOf = Array.ConvertAll(coreset.Indices, Embeddings.PatchOf),
    };

    private void Append(OriginFrame origin, NativeImage image, NativeImage copy, CancellationToken stop)
    {
        try
        {
            _embedder.Embed(image);
        }
        catch (Exception e) when (e is FrameException { PartIsMissing: false } or GeometryException)
        {
            throw new TrainingException($"{origin.File}: {e.Message}", e);
        }

        RefuseNotFinite(origin.File);
        Collector.Append(_augmenter is null ? _embedder.Embedding : WithCopies(origin.File, image, copy), stop);
        _pictures.Add(image);
        _paths.Add(origin.File);
        _origins.Add(origin);
        var size = new FrameSizeInfo { Width = image.Width, Height = image.Height };
        if (!_sizes.Contains(size))
            _sizes.Add(size);
    }

    /// <summary>The embedding of the frame that was embedded last, followed by those of its copies.</summary>
    private ReadOnlySpan<float> WithCopies(string path, NativeImage image, NativeImage copy)
    {
        var length = _embedder.Embedding.Length;
        if (_withCopies.Length == 0)
            _withCopies = new float[checked(length * (1 + Copies))];
        _embedder.Embedding.CopyTo(_withCopies);
        for (var i = 0; i < Copies; i++)
        {
            _augmenter!.Vary(image, _paths.Count, i, copy);
            try
            {
                _embedder.Embed(copy);
            }
            catch (FrameException e)
            {
                throw new TrainingException(
                    $"{path}: a copy that augmentation made of it cannot be used: {e.Message}", e);
            }

            RefuseNotFinite(path);
            _embedder.Embedding.CopyTo(_withCopies.AsSpan((1 + i) * length));
        }

        return _withCopies;
    }

    private void RefuseNotFinite(string path)
    {
        if (!_embedder.IsFinite)
            throw new TrainingException($"{path}: the network's output has values that are not finite numbers");
    }

    private static void RefuseTooFew(TrainingOptions options, int count, string what)
    {
        if (count < TrainingOptions.FewestFrames)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: found {count} {what}{(count == 1 ? "" : "s")}, "
                    + $"expected at least {TrainingOptions.FewestFrames} of good parts");
        }
    }

    private static void RefuseUnreadable(
        TrainingOptions options, List<UnreadableImage> unreadable, int allowed, int count)
    {
        if (unreadable.Count > allowed)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: {unreadable.Count} of {count} pictures cannot be used, "
                + $"at most {allowed} may be: "
                + string.Join("; ", unreadable.Select(u => u.Reason.Contains(u.Path, StringComparison.Ordinal)
                    ? u.Reason
                    : $"{u.Path}: {u.Reason}")));
        }
    }
}
