using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>How a source of kind folder takes its files.</summary>
internal sealed class FolderSettings
{
    /// <summary>Waits for files to come, instead of playing those that are there.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether what is there at the start counts as new.</summary>
    public bool TakeExisting { get; init; }

    public int PollMs { get; init; } = 200;

    public int SettleMs { get; init; } = 500;

    public FolderAfterwards Afterwards { get; init; }

    public string? MoveTo { get; set; }
}
