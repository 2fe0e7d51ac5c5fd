using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>What became of a command.</summary>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
internal sealed record CommandOutcome(string? Refusal)
{
    /// <summary>Of the part that was triggered, where there is a handshake.</summary>
    public int? Number { get; init; }

    public CommandedStatus? Status { get; init; }

    public SnapshotNote? Snapshot { get; init; }

    public ResultId? Id { get; init; }

    public int? Confirmed { get; init; }

    public BankLearning? Learning { get; init; }

    /// <summary>What becomes of it later, which is answered too; null where this is all.</summary>
    public Task<CommandOutcome>? Then { get; init; }
}
