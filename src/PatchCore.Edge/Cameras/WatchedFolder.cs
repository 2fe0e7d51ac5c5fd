using System.Diagnostics.CodeAnalysis;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Knows which files of a folder have come and which of them were taken, each once, in order of arrival (time of the
/// last write, then name). Outlives its sources, so that a folder that vanishes and comes back, as a share does, is
/// read on where it was left. A file that is written anew, with another size or time, has come anew.
/// </summary>
public sealed class WatchedFolder
{
    // Files that are gone may come back with their share; so many are remembered.
    private const int MostGone = 100_000;

    // A picture that does not end as its format says is taken to be cut off, and not to be in the writing, after this.
    private static readonly TimeSpan CutOffAfter = TimeSpan.FromSeconds(10);

    private readonly WatchedFolderOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _ready = new();
    private bool _looked;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public WatchedFolder(WatchedFolderOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time);
    }

    /// <summary>A source that reads on where the one before stopped. One at a time.</summary>
    public IFrameSource Open() => new WatchedFolderSource(this, _options, _time);

    /// <summary>Looks, unless files lie ready, and takes the next one; false when there is none yet.</summary>
    /// <exception cref="CameraException">The folder cannot be listed.</exception>
    internal bool TryTake([NotNullWhen(true)] out string? file, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ready.TryDequeue(out file))
                return true;
        }

        Look(cancellationToken);
        lock (_lock)
            return _ready.TryDequeue(out file);
    }

    /// <summary>The file is not there any more, by our own doing.</summary>
    internal void Forget(string file)
    {
        lock (_lock)
            _entries.Remove(file);
    }

    // Nothing of the file system is asked for under the lock: a thread that hangs in it must not hold it.
    private void Look(CancellationToken cancellationToken)
    {
        var listing = List();
        cancellationToken.ThrowIfCancellationRequested();
        var whole = Settled(listing).FindAll(file => file.Age >= CutOffAfter || ImageFile.IsComplete(file.Path));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var (path, entry, _) in whole.OrderBy(f => f.Entry.Written)
                .ThenBy(f => f.Path, StringComparer.Ordinal))
            {
                entry.Taken = true;
                _ready.Enqueue(path);
            }
        }
    }

    private FileInfo[] List()
    {
        try
        {
            var files = new DirectoryInfo(Path.GetFullPath(_options.Directory)).EnumerateFiles();
            // What writers hide is what they have not finished.
            return [.. files.Where(file => ImageFolder.IsImage(file.Name) && file.Name[0] != '.' && file.Exists)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CameraException(
                $"folder {_options.Directory} cannot be listed: {error.Message}", innerException: error);
        }
    }

    /// <summary>Notes what the listing has, and gives the files that were not taken and have not changed.</summary>
    private List<(string Path, Entry Entry, TimeSpan Age)> Settled(FileInfo[] listing)
    {
        var settled = new List<(string, Entry, TimeSpan)>();
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            if (_entries.Count - listing.Length > MostGone)
                DropGone(listing);
            foreach (var file in listing)
            {
                if (!_entries.TryGetValue(file.FullName, out var entry)
                    || (entry.Length, entry.Written) != (file.Length, file.LastWriteTimeUtc))
                {
                    entry = new Entry(file.Length, file.LastWriteTimeUtc, now)
                    {
                        Taken = !_looked && !_options.TakeExisting,
                    };
                    _entries[file.FullName] = entry;
                }

                var age = _time.GetElapsedTime(entry.Since, now);
                if (!entry.Taken && age >= _options.Settle)
                    settled.Add((file.FullName, entry, age));
            }

            _looked = true;
        }

        return settled;
    }

    private void DropGone(FileInfo[] listing)
    {
        var there = listing.Select(file => file.FullName).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _entries.Keys.Where(path => !there.Contains(path)).ToList())
            _entries.Remove(path);
    }

    private sealed record Entry(long Length, DateTime Written, long Since)
    {
        public bool Taken { get; set; }
    }
}
