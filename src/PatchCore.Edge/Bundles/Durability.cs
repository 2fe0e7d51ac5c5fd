using System.ComponentModel;
using System.Diagnostics;

namespace PatchCore.Edge.Bundles;

/// <summary>Waits until what was written would survive a power cut.</summary>
internal static class Durability
{
    /// <summary>Every file below a directory, every directory, and the directory itself.</summary>
    public static void FlushTree(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(file);
            RandomAccess.FlushToDisk(handle);
        }

        Flush([.. Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories), directory]);
    }

    /// <summary>The names in a directory: what was created, renamed or deleted there.</summary>
    public static void FlushDirectory(string directory) => Flush([directory]);

    // .NET opens no directory, so fsync is left to sync(1) of coreutils. A system without it keeps the order of what is
    // written all the same when its file system has a journal, as ext4, XFS and Btrfs have: old or new, never half.
    private static void Flush(string[] directories)
    {
        try
        {
            var start = new ProcessStartInfo("sync") { RedirectStandardError = true };
            start.ArgumentList.Add("--");
            foreach (var directory in directories)
                start.ArgumentList.Add(directory);
            using var sync = Process.Start(start);
            var said = sync!.StandardError.ReadToEnd();
            sync.WaitForExit();
            if (sync.ExitCode != 0)
                throw new IOException($"sync failed: {said.Trim()}");
        }
        catch (Win32Exception)
        {
        }
    }
}
