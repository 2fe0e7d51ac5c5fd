using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>
/// A model bundle made ready to inspect: the session, the bank's index and what their numbers mean. It is safe to use
/// from many threads; every camera takes an <see cref="Inspector"/> of its own.
/// </summary>
public sealed class InspectionModel : IDisposable
{
    /// <summary>
    /// How far the score of a golden image may be from the one recorded at training, relative to it. Providers and
    /// processors sum in different orders (about 1e-6) and fp16 keeps 11 bits (about 5e-4 a value); what lies outside
    /// 1 % is another computation.
    /// </summary>
    public const float GoldenTolerance = 0.01f;

    private InspectionModel(Bundle bundle, EmbeddingSession session, INeighborIndex index)
    {
        Bundle = bundle;
        Session = session;
        Index = index;
    }

    public Bundle Bundle { get; }

    public EmbeddingSession Session { get; }

    public INeighborIndex Index { get; }

    /// <summary>Opens a bundle, checks that its parts fit together, and re-scores its golden images here.</summary>
    /// <exception cref="BundleException">The bundle is damaged, of another format, or scores differently here.</exception>
    public static InspectionModel Load(string bundleDirectory, ExecutionOptions execution)
    {
        var bundle = Bundle.Open(bundleDirectory);
        var session = new EmbeddingSession(bundle.BackbonePath, execution);
        FaissIndex? index = null;
        try
        {
            index = FaissIndex.Open(bundle.IndexPath);
            var model = new InspectionModel(bundle, session, index);
            model.CheckThatPartsFit();
            model.VerifyGoldenImages();
            return model;
        }
        catch
        {
            index?.Dispose();
            session.Dispose();
            throw;
        }
    }

    public Inspector CreateInspector() => new(this);

    /// <summary>Scores the golden images and compares with what training recorded.</summary>
    /// <exception cref="BundleException">A score is further off than <see cref="GoldenTolerance"/>.</exception>
    public void VerifyGoldenImages()
    {
        using var inspector = CreateInspector();
        foreach (var golden in Bundle.Manifest.GoldenImages)
        {
            using var image = NativeImage.Read(Bundle.PathOf(golden.File));
            var score = inspector.Inspect(image).Score.Score;
            if (!(Math.Abs(score - golden.Score) <= GoldenTolerance * Math.Abs(golden.Score)))
            {
                throw new BundleException(
                    Bundle.Directory,
                    $"{golden.File} scores {score:G6} on {Session.Provider} here, {golden.Score:G6} was recorded at training; at most {GoldenTolerance:P0} apart was expected");
            }
        }
    }

    public void Dispose()
    {
        Index.Dispose();
        Session.Dispose();
    }

    private void CheckThatPartsFit()
    {
        var embedding = Bundle.Manifest.Embedding;
        var found = (Session.GridHeight, Session.GridWidth, Session.Dimension, Index.Dimension, Index.Count);
        var expected = (embedding.GridHeight, embedding.GridWidth, embedding.Dimension, embedding.Dimension, Bundle.Manifest.Index.Count);
        if (found != expected)
        {
            throw new BundleException(
                Bundle.Directory,
                $"backbone and index have (grid height, grid width, dimension, index dimension, index count) {found}, the manifest says {expected}");
        }
    }
}
