namespace PatchCore.Edge.Cameras;

/// <summary>What becomes of a file whose picture has been read.</summary>
public enum FolderAfterwards
{
    Keep,
    Delete,

    /// <summary>Moved to <see cref="WatchedFolderOptions.MoveTo"/>.</summary>
    Move,
}

/// <summary>A folder into which something else writes pictures, and how to take them.</summary>
public sealed record WatchedFolderOptions
{
    public required string Directory { get; init; }

    /// <summary>Whether the files that are there at the first look count as new.</summary>
    public bool TakeExisting { get; init; }

    /// <summary>
    /// Time from look to look, up to 5 s. Looks are the only way: shares of other machines do not tell of changes.
    /// </summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long size and time of a file must stay the same until it counts as written. 0 for files that are renamed
    /// into place, or whose format tells where it ends (JPEG, PNG, BMP).
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What becomes of a file that was read; one that cannot be read stays where it is.</summary>
    public FolderAfterwards Afterwards { get; init; }

    /// <summary>The folder for files that were read, made when it is missing; for <see cref="Afterwards"/>.</summary>
    public string? MoveTo { get; init; }

    /// <summary>What the folder's parts are, "good" or a defect class, when that is known.</summary>
    public string? Truth { get; init; }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Poll <= TimeSpan.Zero || Poll > TimeSpan.FromSeconds(5))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Poll of folder {Directory} is {Poll}, expected more than 0, up to 5 s"),
                nameof(Poll));
        }

        if (Settle < TimeSpan.Zero)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Settle of folder {Directory} is {Settle}, expected 0 or more"),
                nameof(Settle));
        }

        if (Afterwards == FolderAfterwards.Move
            && (MoveTo is null || FullPath(MoveTo) == FullPath(Directory)))
        {
            throw new ArgumentException(
                $"MoveTo of folder {Directory} is {MoveTo ?? "missing"}, expected another folder", nameof(MoveTo));
        }
    }

    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
