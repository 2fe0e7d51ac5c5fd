using PatchCore.Edge.Cameras;
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
    private readonly List<string> _paths = [];
    private readonly List<UnreadableImage> _unreadable = [];

    private GoodFrames(FrameEmbedder embedder)
    {
        _embedder = embedder;
        Embeddings = new EmbeddingStore(embedder.Dimension);
    }

    public EmbeddingStore Embeddings { get; }

    public IReadOnlyList<string> Paths => _paths;

    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    public int PatchesPerFrame => _embedder.GridHeight * _embedder.GridWidth;

    /// <summary>Reads and embeds every picture of the folder.</summary>
    /// <exception cref="TrainingException">Too few pictures, or more unreadable ones than the options
    /// allow.</exception>
    public static GoodFrames Embed(
        TrainingOptions options, FrameEmbedder embedder, ITrainingProgress progress, CancellationToken stop)
    {
        var paths = ImageFolder.List(options.GoodDirectory);
        RefuseTooFew(options, paths.Length, "pictures");
        var good = new GoodFrames(embedder);
        var allowed = (int)(options.UnreadableLimit * paths.Length);
        using var image = NativeImage.Empty();
        for (var i = 0; i < paths.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("embedding", i, paths.Length);
            try
            {
                image.ReadInto(paths[i]);
            }
            catch (NativeException e)
            {
                good._unreadable.Add(new UnreadableImage(paths[i], e.Message));
                RefuseUnreadable(options, good._unreadable, allowed, paths.Length);
                continue;
            }

            embedder.Embed(image);
            good.Append(paths[i], embedder.Embedding);
        }

        progress.Report("embedding", paths.Length, paths.Length);
        RefuseTooFew(options, good._paths.Count, "readable pictures");
        return good;
    }

    /// <summary>One frame's embedding: patches × dimension, row-major.</summary>
    public void CopyEmbedding(int frame, Span<float> into)
    {
        for (var patch = 0; patch < PatchesPerFrame; patch++)
            Embeddings.Patch((frame * PatchesPerFrame) + patch).CopyTo(into[(patch * Embeddings.Dimension)..]);
    }

    public AnomalyScorer CreateScorer(INeighborIndex index, ScoreOptions scoring) =>
        _embedder.CreateScorer(index, scoring);

    private void Append(string path, ReadOnlySpan<float> embedding)
    {
        try
        {
            Embeddings.Append(embedding);
            _paths.Add(path);
        }
        catch (ArgumentException e)
        {
            throw new TrainingException($"{path}: its embedding cannot be used: {e.Message}", e);
        }
    }

    private static void RefuseTooFew(TrainingOptions options, int count, string what)
    {
        if (count < TrainingOptions.FewestFrames)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: found {count} {what}, "
                    + $"expected at least {TrainingOptions.FewestFrames} of good parts");
        }
    }

    private static void RefuseUnreadable(
        TrainingOptions options, List<UnreadableImage> unreadable, int allowed, int count)
    {
        if (unreadable.Count > allowed)
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: {unreadable.Count} of {count} pictures cannot be read, "
                + $"at most {allowed} may be: "
                + string.Join("; ", unreadable.Select(u => $"{u.Path} ({u.Reason})")));
        }
    }
}
