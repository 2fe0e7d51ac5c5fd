namespace PatchCore.Edge.Cameras;

/// <summary>Which GenICam camera to read, and how it is set up. What is null stays as the camera has it.</summary>
public sealed record GenicamSourceOptions
{
    /// <summary>
    /// <see cref="Trigger"/> of a camera that takes a picture at every <see cref="GenicamSource.Trigger"/>.
    /// </summary>
    public const string SoftwareTrigger = "Software";

    /// <summary>The camera's id, serial number, address (IP or MAC) or user-set name; empty: the only one there
    /// is.</summary>
    public string Id { get; init; } = "";

    /// <summary>Features by name, set in this order before everything else; a command has the value
    /// "execute".</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Features { get; init; } = [];

    /// <summary>A name of PixelFormat, such as Mono8 or BayerRG8.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Rows of pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Pixels of the sensor left of the picture.</summary>
    public int? OffsetX { get; init; }

    /// <summary>Rows of the sensor above the picture.</summary>
    public int? OffsetY { get; init; }

    /// <summary>Exposure time in microseconds; automatic exposure is switched off.</summary>
    public double? ExposureUs { get; init; }

    /// <summary>In the camera's unit, dB as a rule; automatic gain is switched off.</summary>
    public double? Gain { get; init; }

    public double? FramesPerSecond { get; init; }

    /// <summary>
    /// What makes the camera take a picture: null its own clock, <see cref="SoftwareTrigger"/> this program, another
    /// name of TriggerSource (Line0, …) a signal.
    /// </summary>
    public string? Trigger { get; init; }

    /// <summary>A name of TriggerActivation, such as RisingEdge.</summary>
    public string? TriggerActivation { get; init; }

    /// <summary>Bytes of a packet (GigE Vision), 220 to 65535; null finds the largest that arrives.</summary>
    public int? PacketSize { get; init; }

    /// <summary>Asks for lost packets again (GigE Vision).</summary>
    public bool PacketResend { get; init; } = true;

    /// <summary>Takes <see cref="Frame.CameraTime"/> from the chunk Timestamp, which the camera must have.</summary>
    public bool Chunks { get; init; }

    /// <summary>
    /// How long a picture may take: from picture to picture when the camera's own clock is the trigger, from trigger to
    /// picture when this program is.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">A value is out of range, or two do not go together.</exception>
    public void Validate()
    {
        Require(Width is null or > 0, nameof(Width), Width, "1 or more");
        Require(Height is null or > 0, nameof(Height), Height, "1 or more");
        Require(OffsetX is null or >= 0, nameof(OffsetX), OffsetX, "0 or more");
        Require(OffsetY is null or >= 0, nameof(OffsetY), OffsetY, "0 or more");
        Require(IsPositive(ExposureUs), nameof(ExposureUs), ExposureUs, "more than 0");
        Require(Gain is null || double.IsFinite(Gain.Value), nameof(Gain), Gain, "a number");
        Require(IsPositive(FramesPerSecond), nameof(FramesPerSecond), FramesPerSecond, "more than 0");
        Require(PacketSize is null or (>= 220 and <= 65535), nameof(PacketSize), PacketSize, "220 to 65535");
        Require(Timeout > TimeSpan.Zero, nameof(Timeout), Timeout, "more than 0");
        Require(
            TriggerActivation is null || Trigger is not (null or SoftwareTrigger), nameof(TriggerActivation),
            TriggerActivation, "none without a Trigger that is a signal");
        foreach (var (name, value) in Features)
            Require(name.Length > 0, nameof(Features), "=" + value, "a feature's name before the value");
    }

    private static bool IsPositive(double? value) => value is null || (value > 0 && double.IsFinite(value.Value));

    private void Require(bool condition, string option, object? found, string expected)
    {
        if (!condition)
        {
            var text = FormattableString.Invariant($"{option} of GenICam camera {Id} is {found}, expected {expected}");
            throw new ArgumentException(text, option);
        }
    }
}
