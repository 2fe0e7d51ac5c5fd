using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge;

/// <summary>Some of the good frames, whose scores prove that another machine scores alike.</summary>
internal static class GoldenFrames
{
    private const int Count = 3;

    /// <summary>What they score against the whole bank.</summary>
    public static GoldenImage[] Score(GoodFrames good, INeighborIndex index, ScoreOptions scoring)
    {
        var scorer = good.CreateScorer(index, scoring);
        var embedding = new float[good.PatchesPerFrame * good.Embeddings.Dimension];
        return [.. Training.EvenlySpaced(Count, good.Embeddings.Frames).Select((frame, i) =>
        {
            good.CopyEmbedding(frame, embedding);
            return new GoldenImage { File = $"golden/{i:000}.png", Score = scorer.Score(embedding).Score };
        })];
    }

    /// <summary>What those of a bundle score against another bank.</summary>
    public static GoldenImage[] Rescore(Bundle bundle, FrameEmbedder embedder, INeighborIndex index)
    {
        var scorer = embedder.CreateScorer(index, ScoreOptions.From(bundle.Manifest.Scoring));
        return Array.ConvertAll(bundle.Manifest.GoldenImages, golden =>
        {
            using var image = NativeImage.Read(bundle.PathOf(golden.File));
            embedder.Embed(image);
            return golden with { Score = scorer.Score(embedder.Embedding).Score };
        });
    }

    /// <summary>Keeps their pictures, losslessly, in a bundle that is being written.</summary>
    public static void Save(GoodFrames good, GoldenImage[] images, string folder)
    {
        foreach (var (golden, frame) in images.Zip(Training.EvenlySpaced(images.Length, good.Embeddings.Frames)))
        {
            var path = Path.Combine(folder, golden.File);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var image = NativeImage.Read(good.Paths[frame]);
            image.Write(path);
        }
    }
}
