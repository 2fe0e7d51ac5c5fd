namespace PatchCore.Edge.Bundles;

/// <summary>A trained model on disk, verified. See README.md beside this file for the format.</summary>
public sealed class Bundle
{
    /// <summary>The network that turns an image tensor into an embedding.</summary>
    public const string EmbeddingName = "embedding.onnx";

    /// <summary>The memory bank.</summary>
    public const string IndexName = "bank.faiss";

    /// <summary>The picture that parts are aligned to, if they are.</summary>
    public const string ReferenceName = "reference.png";

    /// <summary>Where the vectors of the memory bank come from; see <see cref="BankOrigins"/>.</summary>
    public const string OriginsName = "origins.json";

    internal Bundle(string directory, Manifest manifest, string? place = null)
    {
        Directory = directory;
        Manifest = manifest;
        Place = place ?? directory;
    }

    /// <summary>Full path of the directory that the files are in.</summary>
    public string Directory { get; }

    /// <summary>
    /// Where the bundle belongs: <see cref="Directory"/>, except where a writer died while replacing it.
    /// </summary>
    public string Place { get; }

    public Manifest Manifest { get; }

    /// <summary>The ONNX file: the backbone with the embedding's graph appended.</summary>
    public string BackbonePath => PathOf(EmbeddingName);

    /// <summary>The FAISS file.</summary>
    public string IndexPath => PathOf(IndexName);

    /// <summary>
    /// Opens a bundle and verifies all of it: format version, manifest, the presence and sha256 of every file, and that
    /// there are no others. When a writer died while swapping bundles, the one that it was replacing is opened where it
    /// left it. A reader that a living writer overtakes is refused, never given a mixture, and may open again.
    /// </summary>
    /// <exception cref="BundleException">It is missing, damaged, truncated, newer or not a bundle; the message says
    /// which.</exception>
    public static Bundle Open(string directory)
    {
        var asked = BundleNames.Normalize(directory);
        var replaced = BundleNames.Replaced(asked);
        if (!Path.Exists(asked) && Path.Exists(replaced))
        {
            try
            {
                return new Bundle(replaced, BundleVerification.Verify(replaced), asked);
            }
            catch (BundleException) when (Path.Exists(asked))
            {
                // The writer is alive, and has put the new bundle in its place meanwhile.
            }
        }

        return new Bundle(asked, BundleVerification.Verify(asked));
    }

    /// <summary>Where a file of the bundle is.</summary>
    /// <param name="name">As the manifest lists it, for example "golden/000.png".</param>
    /// <exception cref="ArgumentException">The manifest does not list it.</exception>
    public string PathOf(string name) => Manifest.Files.ContainsKey(name)
        ? Path.Combine(Directory, name)
        : throw new ArgumentException($"{Directory} lists no file '{name}'", nameof(name));
}
