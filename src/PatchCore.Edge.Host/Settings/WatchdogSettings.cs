using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>When a camera is stuck, and when its pictures cannot be of a part. 0 turns a check off.</summary>
internal sealed class WatchdogSettings
{
    public int StallMs { get; init; } = 10_000;

    public int OpenMs { get; init; } = 30_000;

    public int FrozenMs { get; init; } = 10_000;

    /// <summary>Share of full scale up to which a pixel is black.</summary>
    public double Black { get; init; } = 0.02;

    /// <summary>Share of pixels at full scale past which a picture is saturated.</summary>
    public double Saturated { get; init; } = 0.9;

    /// <summary>Of 16-bit pixels.</summary>
    public int FullScale { get; init; } = 65535;

    public bool RefuseFrozen { get; init; } = true;

    public bool RefuseBlack { get; init; } = true;

    public bool RefuseSaturated { get; init; }

    /// <summary>The same as a camera takes it.</summary>
    public CameraOptions ToOptions(bool keepEvery) => new()
    {
        KeepEvery = keepEvery,
        StallTimeout = StallMs == 0 ? null : TimeSpan.FromMilliseconds(StallMs),
        OpenTimeout = TimeSpan.FromMilliseconds(OpenMs),
        Pictures = new PictureCheckOptions
        {
            FrozenAfter = FrozenMs == 0 ? null : TimeSpan.FromMilliseconds(FrozenMs),
            Black = Black == 0 ? null : Black,
            Saturated = Saturated == 0 ? null : Saturated,
            FullScale = FullScale,
            RefuseFrozen = RefuseFrozen,
            RefuseBlack = RefuseBlack,
            RefuseSaturated = RefuseSaturated,
        },
    };
}
