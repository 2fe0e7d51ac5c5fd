using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// Writes frames so that each is there as a whole or not at all, and makes room for them: within the quota, and with
/// the reserve left free on the disk. For one thread.
/// </summary>
internal sealed class ArchiveDisk(ArchiveSettings settings, TimeProvider time)
{
    private const long Megabyte = 1L << 20;
    private const int DiskFull = 28; // ENOSPC
    private const int QuotaOfUserExceeded = 122; // EDQUOT

    // What a file takes beyond its bytes, at most, on the file systems in use.
    private const long Block = 4096;

    private readonly long _most = (long)(settings.MaxGigabytes * 1024 * Megabyte);

    private ArchiveCalendar? _calendar;

    public ArchiveCatalog Catalog { get; } = new(settings.Path);

    /// <summary>How far the clock is ahead of what frames are too old by, see <see cref="ArchiveCalendar"/>.</summary>
    public TimeSpan Doubt => _calendar?.Doubt ?? TimeSpan.Zero;

    /// <summary>Frames that made room for others.</summary>
    public long Removed { get; private set; }

    /// <summary>Writes one frame; after an exception nothing of it is left.</summary>
    /// <param name="camera">Its name.</param>
    /// <param name="slot">Whose frame it is.</param>
    /// <param name="picture">Encoded.</param>
    /// <param name="end">Of the picture's name: .png or .jpg.</param>
    /// <param name="heatmap">A JPEG; may be empty.</param>
    /// <exception cref="ArchiveFullException">No room.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written there.</exception>
    public void Write(
        string camera, ArchiveSlot slot, ReadOnlySpan<byte> picture, string end, ReadOnlySpan<byte> heatmap)
    {
        var day = ArchiveNames.DayOf(slot.CapturedAt);
        var folder = Path.Combine(settings.Path, camera, ArchiveNames.FolderOf(day));
        var name = ArchiveNames.FrameOf(slot.CapturedAt, slot.Id, slot.Verdict);
        var result = ArchiveResult.Of(slot.Result, name + end, heatmap.IsEmpty ? null : name + ArchiveNames.Heatmap);
        var bytes = picture.Length + heatmap.Length + (long)result.Length;
        Catalog.Prepare(folder, day);
        MakeRoom(bytes);
        var frame = new ArchivedFrame(folder, name, bytes, Complete: true);
        while (!TryWrite(frame, picture, end, heatmap, result))
            RemoveOldest($"the disk of {settings.Path} is full, and no picture is left to remove");
        Catalog.Add(frame, day);
    }

    /// <summary>Removes one frame that is older than it may be, or more than the quota; false when there is
    /// none.</summary>
    public bool ExpireNext()
    {
        var old = settings.MaxDays is { } days && _calendar is { } calendar
            && Catalog.RemoveBefore(calendar.Today().AddDays(-days));
        var removed = old || (Catalog.Bytes > _most && Catalog.RemoveOldest());
        Removed += removed ? 1 : 0;
        return removed;
    }

    /// <summary>Whether the disk, or the share of it that this user has, is full.</summary>
    public static bool IsFull(IOException error) => error.HResult is DiskFull or QuotaOfUserExceeded;

    /// <summary>Finds out whether the disk takes files, by a small one.</summary>
    /// <exception cref="ArchiveFullException">As for <see cref="Write"/>, as the next ones.</exception>
    /// <exception cref="IOException"/>
    /// <exception cref="UnauthorizedAccessException"/>
    public void Probe()
    {
        Directory.CreateDirectory(settings.Path);
        // Before anything is written: by the clock of now it would be the newest.
        _calendar ??= new ArchiveCalendar(Catalog.FindNewest(), time);
        MakeRoom(Block);
        var path = Path.Combine(settings.Path, "probe" + ArchiveNames.Partial);
        try
        {
            Save(path, "patchcore"u8);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private bool TryWrite(
        in ArchivedFrame frame, ReadOnlySpan<byte> picture, string end, ReadOnlySpan<byte> heatmap,
        ReadOnlySpan<byte> result)
    {
        var path = Path.Combine(frame.Folder, frame.Name);
        try
        {
            // Each time: making room may have taken away an empty folder.
            Directory.CreateDirectory(frame.Folder);
            Save(path + end + ArchiveNames.Partial, picture);
            if (!heatmap.IsEmpty)
                Save(path + ArchiveNames.Heatmap + ArchiveNames.Partial, heatmap);
            Save(path + ArchiveNames.Result + ArchiveNames.Partial, result);
            Name(path + end);
            if (!heatmap.IsEmpty)
                Name(path + ArchiveNames.Heatmap);
            // Last: it is what says that the frame is complete.
            Name(path + ArchiveNames.Result);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Undo(frame);
            if (error is IOException io && IsFull(io))
                return false;
            throw;
        }

        static void Name(string final) => File.Move(final + ArchiveNames.Partial, final, overwrite: true);
    }

    private static void Undo(in ArchivedFrame frame)
    {
        try
        {
            frame.Remove();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A disk that is gone takes nothing away either; what is left is removed when it is counted again.
        }
    }

    private void Save(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, bytes, 0);
        if (settings.Sync)
            RandomAccess.FlushToDisk(file);
    }

    private void MakeRoom(long bytes)
    {
        if (bytes > _most)
        {
            throw new ArchiveFullException(
                $"a frame takes {bytes} bytes, and Archive:MaxGigabytes allows {_most} for all of them");
        }

        while (Catalog.Bytes + bytes > _most)
            RemoveOldest("the quota is used up");
        var drive = new DriveInfo(settings.Path);
        var reserve = settings.ReserveMegabytes * Megabyte ?? Math.Min(1024 * Megabyte, drive.TotalSize / 20);
        while (drive.AvailableFreeSpace < reserve + bytes + (3 * Block))
        {
            RemoveOldest(
                $"{drive.AvailableFreeSpace / Megabyte} MiB are free on the disk of {settings.Path}, "
                + $"{reserve / Megabyte} MiB are to stay free, and no picture is left to remove");
        }
    }

    private void RemoveOldest(string orElse)
    {
        if (!Catalog.RemoveOldest())
            throw new ArchiveFullException(orElse);
        Removed++;
    }
}
