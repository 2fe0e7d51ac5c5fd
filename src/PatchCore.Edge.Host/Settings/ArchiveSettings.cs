using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Settings;

internal sealed class ArchiveSettings
{
    /// <summary>The folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>Every so many frames, by their id, one that passed is kept; 0: none.</summary>
    public int Pass { get; init; }

    public bool Fail { get; init; } = true;

    /// <summary>Those that have a picture.</summary>
    public bool Error { get; init; }

    public PictureFormat Format { get; init; } = PictureFormat.Png;

    /// <summary>Of a JPEG.</summary>
    public int Quality { get; init; } = 95;

    public double MaxGigabytes { get; init; } = 10;

    /// <summary>Null: for as long as there is room.</summary>
    public int? MaxDays { get; init; } = 90;

    /// <summary>Null: 1 GiB, or 5 % of a disk that is smaller than 20 GiB.</summary>
    public int? ReserveMegabytes { get; init; }

    /// <summary>Pictures that may wait for the disk.</summary>
    public int Buffers { get; init; } = 8;

    /// <summary>Whether a file is on the disk before it gets its name.</summary>
    public bool Sync { get; init; } = true;

    /// <summary>Confirmed pictures of a camera and a recipe that wait to be learned, and as many that were.</summary>
    public int Confirmed { get; init; } = 200;
}
