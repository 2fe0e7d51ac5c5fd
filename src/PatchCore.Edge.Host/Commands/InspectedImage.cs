using PatchCore.Edge.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Commands;

/// <summary>One image file and its verdict; the reason is set when the verdict is ERROR.</summary>
internal sealed record InspectedImage(
    string Path, Verdict Verdict, float? Score, float? MaxDistance, TimeSpan Time, string? Reason, string? Heatmap)
{
    /// <summary>The named files, and of the named folders the images directly in them, as they were named.</summary>
    /// <exception cref="UsageException">A path is not there, or a folder holds no images.</exception>
    public static IReadOnlyList<string> List(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }
            if (!Directory.Exists(path))
                throw new UsageException($"found no file or folder {path}");
            var found = ImageFolder.List(path);
            if (found.Length == 0)
                throw new UsageException($"found no images directly in the folder {path}");
            files.AddRange(found.Select(file => System.IO.Path.Combine(path, System.IO.Path.GetFileName(file))));
        }
        return files;
    }
}
