using System.Diagnostics;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Archiving;

/// <summary>Disks that are full, read-only or not there: told, survived, and recovered from.</summary>
public sealed class ArchiveTroubleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _mount;
    private bool _mounted;

    public ArchiveTroubleTests()
    {
        _mount = _folder["disk"];
        Directory.CreateDirectory(_mount);
    }

    [Fact]
    public async Task File_in_the_folders_place_is_told_and_its_end_recovers_the_archive()
    {
        // Root writes whatever the rights say; a file where a folder should be stops everybody.
        var root = _folder.Write("archive", "a file");
        using var bench = new ArchiveBench(new() { Path = root });
        var failing = bench.Told(status => status.State == ArchiveState.Failing);
        Assert.Contains(root, failing.Reason, StringComparison.Ordinal);

        await bench.KeepAsync(Verdict.Fail);
        Assert.Equal(new SkippedFrames(0, 1, 0), bench.Archive.Status.Skipped);

        File.Delete(root);
        bench.Pass(TimeSpan.FromSeconds(6));
        bench.Told(status => status.State == ArchiveState.Ok);
        await bench.KeepAsync(Verdict.Fail);
        Assert.Equal((1, 1), (bench.Archive.Status.Frames, bench.Archive.Status.Written));
    }

    [Fact]
    public async Task Camera_folder_that_cannot_be_made_is_told_and_recovers()
    {
        var root = Directory.CreateDirectory(_folder["archive"]).FullName;
        _folder.Write("archive/top", "a file");
        using var bench = new ArchiveBench(new() { Path = root });
        bench.Told(status => status.State == ArchiveState.Ok);

        await bench.KeepAsync(Verdict.Fail);
        bench.Told(status => status is { State: ArchiveState.Failing, Reason: not null });
        File.Delete(_folder["archive/top"]);
        bench.Pass(TimeSpan.FromSeconds(6));
        bench.Told(status => status is { State: ArchiveState.Ok, Skipped.Fail: 1 });
        await bench.KeepAsync(Verdict.Fail);

        Assert.Equal(1, bench.Archive.Status.Frames);
    }

    [Fact]
    public async Task Frame_larger_than_the_quota_is_told_and_nothing_is_left_of_it()
    {
        using var bench = new ArchiveBench(new() { Path = _folder["archive"], MaxGigabytes = 1e-6 });

        await bench.KeepAsync(Verdict.Fail);

        var full = bench.Told(status => status.State == ArchiveState.Full);
        Assert.Contains("Archive:MaxGigabytes allows 1073 for all of them", full.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder["archive"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Reserve_that_the_disk_does_not_have_is_told_after_the_archive_gave_what_it_had()
    {
        var root = _folder["archive"];
        using (var bench = new ArchiveBench(new() { Path = root, ReserveMegabytes = 0 }))
            await bench.KeepAsync(Verdict.Fail);

        using var again = new ArchiveBench(new() { Path = root, ReserveMegabytes = int.MaxValue / 2 });

        var full = again.Told(status => status.State == ArchiveState.Full);
        Assert.Contains("are to stay free, and no picture is left to remove", full.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 1), (full.Frames, full.Removed));
    }

    [Fact]
    public async Task Small_disk_is_kept_at_its_reserve_by_removing_the_oldest()
    {
        if (!Mount())
            return;
        using var bench = new ArchiveBench(new() { Path = Path.Combine(_mount, "archive"), ReserveMegabytes = 1 });
        for (var i = 0; i < 60; i++)
            await bench.KeepAsync(Verdict.Fail);

        var status = bench.Archive.Status;
        Assert.Equal((ArchiveState.Ok, 60, new SkippedFrames(0, 0, 0)), (status.State, status.Written, status.Skipped));
        Assert.InRange(status.Removed, 10, 50);
        Assert.InRange(new DriveInfo(_mount).AvailableFreeSpace, 1 << 20, 1.2 * (1 << 20));
    }

    [Fact]
    public async Task Disk_that_others_fill_is_told_as_full_and_recovers_when_they_make_room()
    {
        if (!Mount())
            return;
        using var bench = new ArchiveBench(new() { Path = Path.Combine(_mount, "archive"), ReserveMegabytes = 0 });
        await bench.KeepAsync(Verdict.Fail);
        await File.WriteAllBytesAsync(
            Path.Combine(_mount, "others"), new byte[new DriveInfo(_mount).AvailableFreeSpace - 20_000]);

        // The first takes the place of the only one that was kept, and with two of them there is no room for any.
        await bench.KeepAsync(Verdict.Fail);
        Assert.Equal((ArchiveState.Ok, 1), (bench.Archive.Status.State, bench.Archive.Status.Removed));
        File.Delete(Directory.GetFiles(_mount, "*.png", SearchOption.AllDirectories).Single());
        await File.AppendAllBytesAsync(
            Path.Combine(_mount, "others"), new byte[new DriveInfo(_mount).AvailableFreeSpace]);
        await bench.KeepAsync(Verdict.Fail);
        var full = bench.Told(status => status.State == ArchiveState.Full);
        Assert.Contains("no picture is left to remove", full.Reason, StringComparison.Ordinal);
        Assert.Equal(0, full.Frames);

        File.Delete(Path.Combine(_mount, "others"));
        bench.Pass(TimeSpan.FromSeconds(6));
        bench.Told(status => status is { State: ArchiveState.Ok, Removed: 2 });
        await bench.KeepAsync(Verdict.Fail);
        Assert.Equal(1, bench.Archive.Status.Frames);
    }

    [Fact]
    public async Task Disk_that_becomes_read_only_is_told_and_recovers()
    {
        if (!Mount())
            return;
        using var bench = new ArchiveBench(new() { Path = Path.Combine(_mount, "archive"), ReserveMegabytes = 0 });
        await bench.KeepAsync(Verdict.Fail);
        Run("mount", "-o", "remount,ro", _mount);

        await bench.KeepAsync(Verdict.Fail);

        var failing = bench.Told(status => status.State == ArchiveState.Failing);
        Assert.Contains("Read-only file system", failing.Reason, StringComparison.Ordinal);
        Run("mount", "-o", "remount,rw", _mount);
        bench.Pass(TimeSpan.FromSeconds(6));
        bench.Told(status => status is { State: ArchiveState.Ok, Counted: true, Frames: 1, Skipped.Fail: 1 });
        await bench.KeepAsync(Verdict.Fail);
        Assert.Equal(2, bench.Archive.Status.Frames);
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", _mount);
        _folder.Dispose();
    }

    /// <summary>A disk of 4 MiB; false where this user, or this container, may not mount one.</summary>
    private bool Mount() => _mounted = Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _mount);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
