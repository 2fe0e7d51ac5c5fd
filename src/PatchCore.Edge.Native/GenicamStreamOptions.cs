namespace PatchCore.Edge.Native;

/// <summary>How a GenICam camera's pictures come over.</summary>
public sealed record GenicamStreamOptions
{
    /// <summary>Bytes of a packet (GigE Vision); 0 finds the largest that arrives.</summary>
    public int PacketSize { get; init; }

    /// <summary>Asks for lost packets again (GigE Vision).</summary>
    public bool PacketResend { get; init; } = true;

    /// <summary>Pictures that wait until they are fetched, 1 to 1024; more are lost and counted.</summary>
    public int Buffers { get; init; } = 8;

    /// <summary>How long a picture is waited for that did not arrive whole (GigE Vision).</summary>
    public TimeSpan FrameRetention { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes the time of a picture from its chunk Timestamp, which the camera must have.</summary>
    public bool TimeChunk { get; init; }
}
