namespace PatchCore.Edge.Native;

/// <summary>What cameras have under names of their own; the values are the shim's.</summary>
public enum GenicamControl
{
    /// <summary>Microseconds.</summary>
    ExposureTime = 0,

    /// <summary>In the camera's unit, dB as a rule.</summary>
    Gain = 1,

    /// <summary>Frames a second.</summary>
    FrameRate = 2,
}
