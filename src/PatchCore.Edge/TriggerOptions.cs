using PatchCore.Edge.Cameras;

namespace PatchCore.Edge;

/// <summary>What makes a frame one to inspect.</summary>
public enum TriggerKind
{
    /// <summary>Every frame, or so many a second; the newest wins.</summary>
    Continuous,

    /// <summary>The frame on which a part has come into the region.</summary>
    OnChange,

    /// <summary>The first frame after a request (<see cref="Pipeline.Request"/>).</summary>
    Command,

    /// <summary>Every frame is a part's: the camera is triggered by a line of its own.</summary>
    Hardware,
}

/// <summary>Which frames of a camera are inspected.</summary>
public sealed record TriggerOptions
{
    public TriggerKind Kind { get; init; }

    /// <summary>Continuous: at most so many frames a second; null: every one.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>On-change: how a part is seen.</summary>
    public ChangeTriggerOptions Change { get; init; } = new();

    /// <summary>
    /// Command: frames complete sooner than this after the request do not show the part; covers a frame that was being
    /// exposed when the request came.
    /// </summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Parts that may wait for their verdict; a request past that is refused.</summary>
    public int Queue { get; init; } = 8;

    /// <summary>Whether each frame stands for a part, which none may be dropped of.</summary>
    public bool NamesParts => Kind != TriggerKind.Continuous;

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (FramesPerSecond is { } rate && !(rate > 0 && double.IsFinite(rate)))
            throw Out(nameof(FramesPerSecond), rate, "more than 0");
        if (Delay < TimeSpan.Zero)
            throw Out(nameof(Delay), Delay, "0 or more");
        if (Queue < 1)
            throw Out(nameof(Queue), Queue, "1 or more");
        Change.Validate();
    }

    private static ArgumentException Out(string name, object found, string expected) =>
        new(FormattableString.Invariant($"{name} of a trigger is {found}, expected {expected}"), name);
}
