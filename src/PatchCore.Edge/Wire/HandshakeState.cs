namespace PatchCore.Edge.Wire;

/// <summary>Where a controller and a camera are with each other; see the README beside this file.</summary>
public enum HandshakeState
{
    /// <summary>The station has stopped; zero, so that what nobody set takes no trigger.</summary>
    Offline,

    /// <summary>A trigger would be refused: the camera gives no frames, or is paused.</summary>
    NotReady,

    /// <summary>A trigger is taken.</summary>
    Ready,

    /// <summary>A trigger was taken; its result follows, at the deadline at the latest.</summary>
    Busy,

    /// <summary>The result is held until it is acknowledged, or until that has taken too long.</summary>
    ResultValid,
}

/// <summary>What became of the last result that was held.</summary>
public enum HandshakeOutcome
{
    /// <summary>Nothing yet: there was none, or it is still held.</summary>
    None,

    /// <summary>The controller has it.</summary>
    Acknowledged,

    /// <summary>Nobody said so in time.</summary>
    TimedOut,
}

/// <summary>What becomes of a trigger or an acknowledgement.</summary>
public enum HandshakeReply
{
    /// <summary>It changes nothing but a count.</summary>
    Refused,

    Accepted,

    /// <summary>It was accepted before, and changes nothing.</summary>
    Repeated,
}

/// <summary>What becomes of a trigger or an acknowledgement, and why it was refused; else null.</summary>
public readonly record struct HandshakeAnswer(HandshakeReply Reply, string? Refusal);
