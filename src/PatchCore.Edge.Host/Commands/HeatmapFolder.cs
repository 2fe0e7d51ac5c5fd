using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Commands;

/// <summary>Saves overlays of anomaly maps; two images of the same name get different files.</summary>
internal sealed class HeatmapFolder : IDisposable
{
    private readonly HeatmapEncoder _encoder = new(new HeatmapOptions());
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _folder;
    private readonly Manifest _manifest;

    public HeatmapFolder(string folder, Manifest manifest)
    {
        (_folder, _manifest) = (folder, manifest);
        Directory.CreateDirectory(folder);
    }

    /// <returns>The picture's path.</returns>
    public string Save(string file, NativeImage image, Inspector inspector)
    {
        var calibration = _manifest.Calibration;
        var jpeg = _encoder.Encode(
            image, inspector.Map(), inspector.Placement, calibration.MapLow, calibration.MapHigh);
        var path = Path.Combine(_folder, UniqueName(file) + ".jpg");
        using var stream = File.Create(path);
        stream.Write(jpeg.Span);
        return path;
    }

    public void Dispose() => _encoder.Dispose();

    private string UniqueName(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (_names.Add(name))
            return name;
        name = $"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))}-{name}";
        for (var i = 2; !_names.Add(name); i++)
            name = $"{name}-{i}";
        return name;
    }
}
