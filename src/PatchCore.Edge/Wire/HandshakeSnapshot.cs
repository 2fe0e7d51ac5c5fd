using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>A <see cref="PlcHandshake"/> at one moment. Numbers are 0 to 2147483647.</summary>
public readonly record struct HandshakeSnapshot
{
    public HandshakeState State { get; init; }

    /// <summary>Tells this run of the station from all others; not 0.</summary>
    public int Run { get; init; }

    /// <summary>Counts on while the station is there; after the largest number comes 1.</summary>
    public int Heartbeat { get; init; }

    /// <summary>Number of the last trigger that was taken: 1 for the first, after the largest comes 1, 0 before the
    /// first.</summary>
    public int Trigger { get; init; }

    /// <summary>Number of the trigger whose result is the latest; 0 before the first.</summary>
    public int Result { get; init; }

    /// <summary>The part that is busy or whose result is held, where its trigger named it.</summary>
    public string? PartId { get; init; }

    /// <summary>Of the result that is held; null while none is.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Id of the result's message; null while none is held.</summary>
    public ResultId? ResultId { get; init; }

    /// <summary>What became of the result with the number <see cref="Result"/>.</summary>
    public HandshakeOutcome Outcome { get; init; }

    /// <summary>Why triggers are refused, while <see cref="HandshakeState.NotReady"/> or
    /// <see cref="HandshakeState.Offline"/>; else null.</summary>
    public string? Reason { get; init; }

    /// <summary>Triggers that were refused: parts that went by without an inspection.</summary>
    public int Missed { get; init; }

    /// <summary>Results that nobody acknowledged in time.</summary>
    public int TimedOut { get; init; }

    /// <summary>Acknowledgements of another part than the one whose result was held, or of none.</summary>
    public int WrongAcknowledgements { get; init; }

    /// <summary>Acknowledgements of a result that had timed out.</summary>
    public int LateAcknowledgements { get; init; }

    public bool IsReady => State == HandshakeState.Ready;

    public bool IsBusy => State == HandshakeState.Busy;

    public bool IsResultValid => State == HandshakeState.ResultValid;

    /// <summary>The one value that lets a part pass.</summary>
    public bool IsResultOk => IsResultValid && Verdict == Verdicts.Verdict.Pass;
}
