using PatchCore.Edge.Cameras;

namespace PatchCore.Edge;

/// <summary>One picture of a data set.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Name">Path relative to the data set.</param>
/// <param name="Class">Its folder's name.</param>
/// <param name="Mask">Full path of the picture of where the defects are; null if there is none.</param>
internal sealed record DatasetPicture(string Path, string Name, string Class, string? Mask);

/// <summary>
/// A data set of the usual layout: <c>test/&lt;class&gt;/&lt;name&gt;.png</c>, where the class <c>good</c> has no
/// defects, and <c>ground_truth/&lt;class&gt;/&lt;name&gt;_mask.png</c>, white where the defect is.
/// </summary>
internal sealed class EvaluationDataset
{
    private const string Layout = "expected test/<class>/<name>.png with a class 'good'";

    private readonly string _directory;
    private readonly List<string> _notes = [];

    private EvaluationDataset(string directory)
    {
        _directory = directory;
        var test = Path.Combine(directory, "test");
        if (!Directory.Exists(test))
            throw new EvaluationException($"{directory}: found no folder 'test'; {Layout}");
        var folders = Directory.GetDirectories(test).Order(StringComparer.Ordinal).ToArray();
        if (folders.Length == 0)
            throw new EvaluationException($"{test}: found no class folders in it; {Layout}");
        Pictures = [.. folders.SelectMany(List)];
        if (Pictures.Count == 0)
        {
            throw new EvaluationException(
                $"{test}: found no pictures in its class folders; expected {string.Join(' ', ImageFolder.Extensions)}");
        }

        NoteWhatIsMissing(test);
    }

    /// <summary>By class and name, in ordinal order.</summary>
    public IReadOnlyList<DatasetPicture> Pictures { get; }

    /// <summary>What is odd about the data set, and which numbers are missing for it; a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="EvaluationException">The folder has not that layout, or no pictures.</exception>
    /// <exception cref="CameraException">A folder cannot be listed.</exception>
    public static EvaluationDataset Open(string directory) => new(directory);

    private IEnumerable<DatasetPicture> List(string folder)
    {
        var name = Path.GetFileName(folder);
        var paths = ImageFolder.List(folder);
        if (paths.Length == 0)
            _notes.Add($"test/{name} has no pictures");
        return paths.Select(path => new DatasetPicture(
            path, Path.GetRelativePath(_directory, path), name, name == Evaluation.GoodClass ? null : Mask(name, path)));
    }

    private string? Mask(string name, string path)
    {
        var mask = Path.Combine(
            _directory, "ground_truth", name, Path.GetFileNameWithoutExtension(path) + "_mask.png");
        return File.Exists(mask) ? mask : null;
    }

    private void NoteWhatIsMissing(string test)
    {
        var stray = ImageFolder.List(test).Length;
        if (stray > 0)
            _notes.Add($"{stray} pictures are in test itself, in no class folder, and are left out");
        var good = Pictures.Count(picture => picture.Class == Evaluation.GoodClass);
        var defective = Pictures.Count - good;
        if (good == 0)
        {
            _notes.Add("there are no good pictures (test/good): image AUROC, average precision, best F1, precision "
                + "and false-reject rate are missing");
        }
        else if (defective == 0)
        {
            _notes.Add("there are no defective pictures: only the false-reject rate and the latency are measured");
        }

        var unmasked = Pictures.Count(picture => picture.Class != Evaluation.GoodClass && picture.Mask is null);
        if (unmasked > 0)
        {
            _notes.Add($"{unmasked} of {defective} defective pictures have no mask "
                + "(ground_truth/<class>/<name>_mask.png) and are left out of pixel AUROC and AUPRO");
        }
    }
}

/// <summary>A data set cannot be evaluated; the message says what was found and what was expected.</summary>
public sealed class EvaluationException(string message) : Exception(message);
