namespace PatchCore.Edge.Cameras;

/// <summary>
/// One part that is to get one verdict, from the trigger that named it until somebody has spoken it. Whoever closes the
/// ticket publishes; it closes once.
/// </summary>
public sealed class PartTicket
{
    /// <summary>The part's name, when the trigger brought one.</summary>
    public string? PartId { get; internal set; }

    /// <summary>The kind of part, which names its recipe; null for the recipe in use.</summary>
    public string? PartType { get; internal set; }

    /// <summary>When it was triggered, by <see cref="TimeProvider.GetTimestamp"/>; a frame's own capture where the
    /// frame is the trigger.</summary>
    public long TriggeredTimestamp { get; internal set; }

    /// <summary>When it was triggered, UTC.</summary>
    public DateTimeOffset TriggeredAt { get; internal set; }

    /// <summary>The frame that shows the part; 0 while there is none.</summary>
    public long FrameId { get; private set; }

    /// <summary>The timestamp at which its verdict is late; null: never.</summary>
    internal long? Due { get; set; }

    /// <summary>Only a frame whose capture was complete by this timestamp or later shows the part.</summary>
    internal long NotBefore { get; set; }

    /// <summary>Why a frame that could have shown it did not.</summary>
    internal string? LastFailure { get; set; }

    internal bool IsOpen { get; set; }

    private DateTimeOffset CapturedAt { get; set; }

    private long CapturedTimestamp { get; set; }

    private string? Truth { get; set; }

    /// <summary>Notes which frame shows the part, so that it can be told of without the frame.</summary>
    internal void Attach(Frame frame)
    {
        frame.Ticket = this;
        frame.PartId = PartId ??= frame.PartId;
        (FrameId, CapturedAt, CapturedTimestamp, Truth) =
            (frame.Id, frame.CapturedAt, frame.CapturedTimestamp, frame.Truth);
    }

    /// <summary>Makes a frame without a picture stand for the part.</summary>
    internal void Describe(Frame blank, string failure)
    {
        (blank.Failure, blank.Ticket, blank.PartId, blank.Truth) = (failure, this, PartId, Truth);
        if (FrameId > 0)
            blank.Complete(FrameId, CapturedTimestamp, CapturedAt);
        else
            blank.Complete(0, TriggeredTimestamp, TriggeredAt);
    }

    /// <summary>Makes the ticket one for a frame that nobody asked for.</summary>
    internal void Begin(Frame frame, long? due)
    {
        (PartId, PartType, LastFailure, Due) = (null, null, null, due);
        (TriggeredTimestamp, TriggeredAt) = (frame.CapturedTimestamp, frame.CapturedAt);
        Attach(frame);
    }
}
