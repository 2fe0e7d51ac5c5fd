using System.Globalization;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>Sets a camera up as its options say, in an order in which one does not undo or forbid the other.</summary>
internal static class GenicamSetup
{
    public static void Apply(GenicamSourceOptions options, NativeGenicam camera)
    {
        // First: among them may be one that loads a whole set of settings.
        foreach (var (name, value) in options.Features)
            camera.Set(name, value);
        if (options.PixelFormat is { } format)
            camera.Set("PixelFormat", format);
        SetRegion(options, camera);
        if (options.FramesPerSecond is { } rate)
            camera.Set(GenicamControl.FrameRate, rate);
        if (options.ExposureUs is { } exposure)
            camera.Set(GenicamControl.ExposureTime, exposure);
        if (options.Gain is { } gain)
            camera.Set(GenicamControl.Gain, gain);
        SetTrigger(options, camera);
    }

    private static void SetRegion(GenicamSourceOptions options, NativeGenicam camera)
    {
        static void Set(NativeGenicam camera, string feature, int? value)
        {
            if (value is { } number)
                camera.Set(feature, number.ToString(CultureInfo.InvariantCulture));
        }

        // A size fits only where the offset of before leaves room for it.
        if (options.Width is not null && camera.Inspect("OffsetX") is { Writable: true })
            Set(camera, "OffsetX", 0);
        if (options.Height is not null && camera.Inspect("OffsetY") is { Writable: true })
            Set(camera, "OffsetY", 0);
        Set(camera, "Width", options.Width);
        Set(camera, "Height", options.Height);
        Set(camera, "OffsetX", options.OffsetX);
        Set(camera, "OffsetY", options.OffsetY);
    }

    private static void SetTrigger(GenicamSourceOptions options, NativeGenicam camera)
    {
        var selector = camera.Inspect("TriggerSelector");
        if (selector is null)
        {
            Disarm(camera);
        }
        else
        {
            // Also those that nobody asked for: one that was left on would make the camera wait.
            foreach (var kind in selector.Entries)
            {
                camera.Set("TriggerSelector", kind);
                Disarm(camera);
            }
        }

        if (options.Trigger is not { } source)
            return;
        if (selector?.Entries.Contains("FrameStart") == true)
            camera.Set("TriggerSelector", "FrameStart");
        camera.Set("TriggerSource", source);
        if (options.TriggerActivation is { } activation)
            camera.Set("TriggerActivation", activation);
        camera.Set("TriggerMode", "On");
    }

    private static void Disarm(NativeGenicam camera)
    {
        if (camera.Inspect("TriggerMode") is { Writable: true })
            camera.Set("TriggerMode", "Off");
    }
}
