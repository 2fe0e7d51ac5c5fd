namespace PatchCore.Edge.Wire;

/// <summary>How a kind of message is to be sent; the README beside this file says why.</summary>
/// <param name="QualityOfService">0 at most once, 1 at least once, 2 exactly once.</param>
/// <param name="Retain">Whether the broker keeps the latest one for later subscribers.</param>
public readonly record struct Delivery(int QualityOfService, bool Retain)
{
    /// <summary>At least once: a lost verdict is a part without one. The id tells repetitions.</summary>
    public static Delivery Result => new(1, false);

    /// <summary>At most once: the next picture makes up for a lost one. Layers too.</summary>
    public static Delivery Heatmap => new(0, false);

    /// <summary>As a result, and for the same reasons; the number tells repetitions.</summary>
    public static Delivery Plc => new(1, false);

    /// <summary>Retained, as <see cref="State"/>, and worth nothing when it is older than a few heartbeats.</summary>
    public static Delivery Handshake => new(1, true);

    /// <summary>At most once, as a heatmap; who misses it asks again.</summary>
    public static Delivery Snapshot => new(0, false);

    /// <summary>At least once, as who commands waits for it.</summary>
    public static Delivery Reply => new(1, false);

    /// <summary>At most once: the next ones make up for a lost one.</summary>
    public static Delivery Metrics => new(0, false);

    /// <summary>Retained: who subscribes later must see the present state at once.</summary>
    public static Delivery State => new(1, true);

    /// <summary>At least once, as a result. Not retained: an alarm that is over must not greet who comes later, and one
    /// that lasts is in the retained message of what it is about.</summary>
    public static Delivery Alarm => new(1, false);

    /// <summary>Retained, as <see cref="State"/>; also as last will.</summary>
    public static Delivery Status => new(1, true);
}
