using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>
/// A model bundle made ready to inspect: the session, the bank's index and what their numbers mean. It is safe to use
/// from many threads; every worker takes an <see cref="Inspector"/> of its own.
/// </summary>
public sealed class InspectionModel : IDisposable
{
    private int _shares = 1;
    private bool _retired;

    /// <summary>
    /// How far the score of a golden image may be from the one recorded at training, relative to it or to the
    /// threshold, whichever is larger: the score of an image that the bank knows by heart is 0, to which nothing is
    /// relative. Single precision keeps 24 bits (6e-8 a value) and fp16 keeps 11 (5e-4); what lies outside 1 % is
    /// another computation.
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
    /// <exception cref="BundleException">The bundle is damaged, of another format, or scores differently
    /// here.</exception>
    /// <exception cref="EmbeddingException">The runtime, or a provider that is required, is not there.</exception>
    /// <exception cref="NativeException">The native library is missing or of another version.</exception>
    public static InspectionModel Load(string bundleDirectory, ExecutionOptions execution)
    {
        NativeLibraryInfo.Verify();
        var bundle = Bundle.Open(bundleDirectory);
        var session = new EmbeddingSession(bundle.BackbonePath, execution);
        INeighborIndex? index = null;
        try
        {
            index = OpenIndex(bundle.IndexPath);
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
            var scale = Math.Max(golden.Score, Bundle.Manifest.Calibration.Threshold);
            if (!(Math.Abs(score - golden.Score) <= GoldenTolerance * scale))
            {
                throw new BundleException(
                    Bundle.Directory,
                    FormattableString.Invariant($"{golden.File} scores {score:G6} on {Session.Provider} here, ")
                    + FormattableString.Invariant($"{golden.Score:G6} was recorded at training; ")
                    + FormattableString.Invariant($"at most {GoldenTolerance * scale:G3} apart was expected"));
            }
        }
    }

    /// <summary>
    /// Takes another share of the model, which its holder disposes like the first; false when the last one is gone.
    /// </summary>
    public bool TryShare()
    {
        int shares;
        do
        {
            shares = Volatile.Read(ref _shares);
            if (shares <= 0)
                return false;
        }
        while (Interlocked.CompareExchange(ref _shares, shares + 1, shares) != shares);
        return true;
    }

    /// <summary>Whether nobody is to begin anything with it any more.</summary>
    internal bool IsRetired => Volatile.Read(ref _retired);

    /// <summary>
    /// Gives the owner's share back and has the workers give back theirs: another model takes its place.
    /// </summary>
    public void Retire()
    {
        Volatile.Write(ref _retired, true);
        Dispose();
    }

    /// <summary>Gives a share back; with the last one go the session and the index.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _shares) != 0)
            return;
        Index.Dispose();
        Session.Dispose();
    }

    /// <summary>Of what FAISS would search exactly, an index that finds the same sooner.</summary>
    private static INeighborIndex OpenIndex(string path)
    {
        var index = FaissIndex.Open(path);
        if (index.Kind != FaissIndex.Flat)
            return index;
        using (index)
            return SketchIndex.Of(index);
    }

    private void CheckThatPartsFit()
    {
        var manifest = Bundle.Manifest;
        (string Name, object Found, object Expected)[] parts =
        [
            ("image width", Session.Width, manifest.Preprocessing.Width),
            ("image height", Session.Height, manifest.Preprocessing.Height),
            ("grid height", Session.GridHeight, manifest.Embedding.GridHeight),
            ("grid width", Session.GridWidth, manifest.Embedding.GridWidth),
            ("dimension", Session.Dimension, manifest.Embedding.Dimension),
            ("index dimension", Index.Dimension, manifest.Index.Dimension),
            ("index count", Index.Count, manifest.Index.Count),
            ("index kind", Index.Kind, manifest.Index.Kind),
        ];
        var faults = parts.Where(part => !part.Found.Equals(part.Expected))
            .Select(part => $"{part.Name} is {part.Found}, the manifest says {part.Expected}");
        if (faults.Any())
            throw new BundleException(Bundle.Directory, string.Join("; ", faults));
    }
}
