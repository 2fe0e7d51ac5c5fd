using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Settings;

internal enum HeatmapWhen
{
    Always,
    Fail,
    Never,

    /// <summary>Of parts that fail, and of every so many that are inspected.</summary>
    Every,
}

/// <summary>How picture and map go out.</summary>
internal enum HeatmapLayers
{
    /// <summary>As one picture.</summary>
    Blended,

    /// <summary>Apart, for whoever looks to lay over each other.</summary>
    Separate,

    Both,
}

internal sealed class HeatmapSettings
{
    public HeatmapWhen When { get; init; } = HeatmapWhen.Fail;

    /// <summary>Inspected parts from picture to picture; null unless <see cref="When"/> asks for it.</summary>
    public int? Every { get; init; }

    public HeatmapLayers Layers { get; init; }

    public PictureFormat Format { get; init; }

    public int Quality { get; init; } = 80;

    public int MaxWidth { get; init; } = 640;

    public int MapMaxWidth { get; init; } = 160;

    public float Opacity { get; init; } = 0.5f;

    public HeatmapOptions ToOptions() => new()
    {
        Opacity = Opacity,
        MaxWidth = MaxWidth,
        MapMaxWidth = MapMaxWidth,
        Quality = Quality,
        Format = Format,
    };
}
