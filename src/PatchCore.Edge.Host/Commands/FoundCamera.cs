using System.Globalization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commands;

/// <summary>A camera that can be reached from here without a configuration.</summary>
/// <param name="Kind">Kind of its source.</param>
/// <param name="Name">What the source is told to open it.</param>
/// <param name="Model">Who made it, as it says itself.</param>
/// <param name="Modes">In what ways it gives pictures, or how it is reached.</param>
internal sealed record FoundCamera(string Kind, string Name, string Model, string Modes)
{
    /// <summary>Who looks for cameras; one line a kind.</summary>
    private static readonly Func<IEnumerable<FoundCamera>>[] Finders =
    [
        () => V4l2Camera.List().Select(From),
        () => GenicamCameras.List().Select(From),
    ];

    public static IReadOnlyList<FoundCamera> All() => [.. Finders.SelectMany(find => find())];

    internal static FoundCamera From(V4l2Camera camera) => new(
        "v4l2", camera.Id is { } id ? $"{camera.Path} ({id})" : camera.Path, camera.Card,
        string.Join("; ", camera.Modes.Select(Text)));

    private static FoundCamera From(GenicamDevice camera) => new(
        "genicam", camera.Id, $"{camera.Vendor} {camera.Model}", $"{camera.Protocol}, {camera.Address}");

    internal static string Text(V4l2Mode mode)
    {
        var rates = string.Join(
            ", ", mode.FramesPerSecond.Select(rate => rate.ToString("0.##", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{mode.PixelFormat} {mode.Width}x{mode.Height}")
            + (rates.Length == 0 ? "" : $" at {rates} fps");
    }
}
