using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>Which frames of a camera are inspected.</summary>
internal sealed class TriggerSettings
{
    public TriggerKind Kind { get; init; }

    /// <summary>Continuous: null is every frame.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>On-change: x, y, width and height in frame pixels; empty is the whole frame.</summary>
    public IReadOnlyList<int> Region { get; init; } = [];

    public double Level { get; init; } = 12;

    public int Frames { get; init; } = 1;

    public double? Still { get; init; }

    public string? Background { get; set; }

    public int DelayMs { get; init; }

    public int Queue { get; init; } = 8;

    public TriggerOptions ToOptions() => new()
    {
        Kind = Kind,
        FramesPerSecond = FramesPerSecond,
        Change = new ChangeTriggerOptions
        {
            Region = Region is [var x, var y, var width, var height] ? new PixelBox(x, y, width, height) : null,
            Level = Level,
            Frames = Frames,
            Still = Still,
            Background = Background,
        },
        Delay = TimeSpan.FromMilliseconds(DelayMs),
        Queue = Queue,
    };
}
