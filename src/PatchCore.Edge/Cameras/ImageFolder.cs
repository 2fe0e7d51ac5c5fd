namespace PatchCore.Edge.Cameras;

public static class ImageFolder
{
    /// <summary>What image files end in, lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>
    /// The image files directly in a folder, by extension, in ordinal order of their names; full paths.
    /// </summary>
    /// <exception cref="CameraException">The folder does not exist or cannot be listed.</exception>
    public static string[] List(string directory)
    {
        try
        {
            var files = Directory.EnumerateFiles(Path.GetFullPath(directory));
            return [.. files.Where(IsImage).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CameraException($"folder {directory} cannot be listed: {error.Message}", innerException: error);
        }
    }

    /// <summary>Whether the name ends like an image's, in upper or lower case.</summary>
    public static bool IsImage(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
