namespace PatchCore.Edge.Host.Settings;

/// <summary>A GigE Vision or USB3 Vision camera; what is null stays as the camera has it.</summary>
internal sealed class GenicamSettings
{
    /// <summary>Id, serial number, address or name; null: the only one there is.</summary>
    public string? Id { get; init; }

    public string? PixelFormat { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public int? OffsetX { get; init; }

    public int? OffsetY { get; init; }

    public double? ExposureUs { get; init; }

    public double? Gain { get; init; }

    public double? FramesPerSecond { get; init; }

    /// <summary>"off", "software", or a name of the camera's TriggerSource.</summary>
    public string Trigger { get; init; } = "off";

    public string? TriggerActivation { get; init; }

    /// <summary>Null: the largest that arrives.</summary>
    public int? PacketSize { get; init; }

    public bool PacketResend { get; init; } = true;

    public bool Chunks { get; init; }

    /// <summary>"Name=value", in the order in which they are set: a list, for a section has no order.</summary>
    public List<string> Features { get; init; } = [];

    public int TimeoutMs { get; init; } = 5000;

    internal bool IsTriggeredBySignal => !Is("off") && !Is("software");

    internal bool Is(string trigger) => string.Equals(Trigger, trigger, StringComparison.OrdinalIgnoreCase);
}
