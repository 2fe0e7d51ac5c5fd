using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>Which GenICam cameras there are, and what they can do.</summary>
public static class GenicamCameras
{
    /// <summary>What a line needs to know; cameras have some under one of two names.</summary>
    private static readonly string[] Interesting =
    [
        "PixelFormat", "Width", "Height", "OffsetX", "OffsetY", "AcquisitionFrameRate", "AcquisitionFrameRateAbs",
        "ExposureTime", "ExposureTimeAbs", "Gain", "GainRaw", "TriggerSource", "TriggerActivation",
        "GevSCPSPacketSize", "ChunkModeActive",
    ];

    /// <summary>The cameras that answer, by id; takes about a second.</summary>
    /// <exception cref="CameraException">The networks or the USB cannot be asked.</exception>
    public static IReadOnlyList<GenicamDevice> List()
    {
        try
        {
            return NativeGenicam.List();
        }
        catch (NativeException error)
        {
            throw new CameraException(error.Message, innerException: error);
        }
    }

    /// <summary>Opens a camera, which must not be in use, and asks what it can do: formats, sizes, rates, triggers.
    /// </summary>
    /// <param name="id">As <see cref="GenicamSourceOptions.Id"/>.</param>
    /// <exception cref="CameraException">There is no such camera, or it is in use.</exception>
    public static GenicamProbe Probe(string id)
    {
        try
        {
            using var camera = NativeGenicam.Open(id);
            return Probe(camera);
        }
        catch (NativeException error)
        {
            throw new CameraException(error.Message, innerException: error);
        }
    }

    internal static GenicamProbe Probe(NativeGenicam camera)
    {
        var features = new List<KeyValuePair<string, GenicamFeature>>();
        foreach (var name in Interesting)
        {
            if (camera.Inspect(name) is { } feature)
                features.Add(new(name, feature));
        }

        return new GenicamProbe(camera.Device, features);
    }
}

/// <summary>A camera and what it can do.</summary>
/// <param name="Device">What it is.</param>
/// <param name="Features">Those of its features that matter to a line, by name, with range or entries.</param>
public sealed record GenicamProbe(
    GenicamDevice Device, IReadOnlyList<KeyValuePair<string, GenicamFeature>> Features);
