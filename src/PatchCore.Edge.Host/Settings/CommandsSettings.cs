namespace PatchCore.Edge.Host.Settings;

/// <summary>What the station lets itself be told over MQTT.</summary>
internal sealed class CommandsSettings
{
    /// <summary>False: the station does not even listen.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Also acknowledgeResult.</summary>
    public bool Trigger { get; init; } = true;

    /// <summary>Also rollback.</summary>
    public bool Recipe { get; init; } = true;

    public bool Threshold { get; init; } = true;

    /// <summary>Also resume.</summary>
    public bool Pause { get; init; } = true;

    public bool Snapshot { get; init; } = true;

    public bool Status { get; init; } = true;

    public bool Acknowledge { get; init; } = true;

    /// <summary>Confirm and bank/add, which change what passes: only where somebody has thought of it.</summary>
    public bool Bank { get; init; }

    /// <summary>Between sentAt of a command and the station's clock, either way.</summary>
    public double MaxAgeSeconds { get; init; } = 30;

    /// <summary>How long a repetition, told by its correlation data, gets the first answer.</summary>
    public double RememberMinutes { get; init; } = 10;
}
