using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;

namespace PatchCore.Edge;

/// <summary>Good frames for a bank that it has not got, embedded as its bundle embeds them.</summary>
internal sealed class AddedFrames
{
    private readonly List<OriginFrame> _origins = [];
    private readonly List<string> _known = [];
    private readonly List<UnreadableImage> _unreadable = [];
    private readonly HashSet<string> _hashes;
    private readonly PictureTally _pictures = new();

    private AddedFrames(int dimension, BankOrigins? origins)
    {
        Embeddings = new EmbeddingStore(dimension);
        _hashes = [.. origins?.Frames.Select(frame => frame.Sha256) ?? []];
    }

    /// <summary>One frame each, in the order of <see cref="Origins"/>.</summary>
    public EmbeddingStore Embeddings { get; }

    /// <summary>Their files.</summary>
    public IReadOnlyList<OriginFrame> Origins => _origins;

    /// <summary>Files that the bank has already, and those that are in the folder a second time.</summary>
    public IReadOnlyList<string> Known => _known;

    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    /// <summary>How bright and sharp the frames are together with those that the bank knew.</summary>
    public PictureInfo? PicturesAfter(PictureInfo? before) => _pictures.After(before);

    /// <exception cref="TrainingException">There is no picture, more than allowed cannot be used, one does not fit the
    /// geometry, or an embedding is not finite.</exception>
    public static AddedFrames Embed(
        BankUpdateOptions options, FrameEmbedder embedder, BankOrigins? origins, ITrainingProgress progress,
        CancellationToken stop)
    {
        var paths = ImageFolder.List(options.GoodDirectory);
        if (paths.Length == 0)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: found no pictures, expected {string.Join(' ', ImageFolder.Extensions)}");
        }

        var added = new AddedFrames(embedder.Dimension, origins);
        using var image = NativeImage.Empty();
        for (var i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("embedding", i, paths.Length);
            try
            {
                image.ReadInto(paths[i]);
                added.Add(OriginFrame.Of(paths[i]), image, embedder);
            }
            catch (Exception e) when (e is NativeException or IOException or FrameException { PartIsMissing: true })
            {
                added._unreadable.Add(new UnreadableImage(paths[i], e.Message));
            }
            catch (Exception e) when (e is FrameException or GeometryException or ArgumentException)
            {
                throw new TrainingException($"{paths[i]}: cannot be added: {e.Message}", e);
            }
        }

        progress.Report("embedding", paths.Length, paths.Length);
        added.RefuseUnreadable(options, paths.Length);
        return added;
    }

    /// <summary>One frame's embedding: patches × dimension, row-major.</summary>
    public void CopyEmbedding(int frame, Span<float> into)
    {
        var patches = Embeddings.Count / Embeddings.Frames;
        for (var patch = 0; patch < patches; patch++)
            Embeddings.Patch((frame * patches) + patch).CopyTo(into[(patch * Embeddings.Dimension)..]);
    }

    private void Add(OriginFrame origin, NativeImage image, FrameEmbedder embedder)
    {
        if (!_hashes.Add(origin.Sha256))
        {
            _known.Add(origin.File);
            return;
        }

        embedder.Embed(image);
        _pictures.Add(image);
        Embeddings.Append(embedder.Embedding);
        _origins.Add(origin);
    }

    private void RefuseUnreadable(BankUpdateOptions options, int count)
    {
        var allowed = (int)(options.UnreadableLimit * count);
        if (_unreadable.Count > allowed)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: {_unreadable.Count} of {count} pictures cannot be used, "
                + $"at most {allowed} may be: "
                + string.Join("; ", _unreadable.Select(u => $"{u.Path} ({u.Reason})")));
        }
    }
}
