namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// What the archive's folder holds, over all cameras: counted once, day by day, the oldest first, and kept up to date
/// from then on. Knows numbers of days, and names only of the oldest day while frames of it are removed. For one
/// thread.
/// </summary>
internal sealed class ArchiveCatalog(string root)
{
    private readonly SortedDictionary<DateOnly, (long Frames, long Bytes)> _days = [];
    private readonly Queue<ArchivedFrame> _oldest = [];
    private PriorityQueue<string, DateOnly>? _uncounted;
    private HashSet<string> _counted = [];
    private DateOnly? _oldestDay;

    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Null where nothing is kept.</summary>
    public DateOnly? Oldest => _days.Count > 0 ? _days.Keys.First() : null;

    /// <summary>Whether everything that was there has been counted.</summary>
    public bool IsCounted => _uncounted is { Count: 0 };

    /// <summary>The last day that has a folder, counted or not; null where there is none.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public DateOnly? FindNewest() => List().UnorderedItems.Select(item => (DateOnly?)item.Priority).Max();

    /// <summary>Forgets everything, to count it anew.</summary>
    public void Reset()
    {
        _days.Clear();
        (_uncounted, _counted, Frames, Bytes) = (null, [], 0, 0);
        ForgetOldest();
    }

    /// <summary>
    /// Counts one more folder of a day, and removes from it what a crash left behind; false when there is none left.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public bool CountNext()
    {
        _uncounted ??= List();
        if (!_uncounted.TryDequeue(out var folder, out var day))
            return false;
        Count(folder, day);
        return true;
    }

    /// <summary>Counts a day's folder before something is written to it, so that nothing counts twice.</summary>
    public void Prepare(string folder, DateOnly day) => Count(folder, day);

    /// <summary>A frame was written.</summary>
    public void Add(in ArchivedFrame frame, DateOnly day)
    {
        Change(day, 1, frame.Bytes);
        if (_oldestDay == day)
            _oldest.Enqueue(frame);
    }

    /// <summary>Removes the oldest frame.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public bool RemoveOldest()
    {
        while (true)
        {
            CountThrough(Oldest ?? DateOnly.MaxValue);
            if (Oldest is not { } day)
                return false;
            if (_oldestDay != day)
                Load(day);
            var found = _oldest.TryPeek(out var frame);
            if (found)
            {
                frame.Remove();
                _oldest.Dequeue();
                Change(day, -1, -frame.Bytes);
            }

            if (_oldest.Count == 0)
                EndOldest(day);
            if (found)
                return true;
        }
    }

    /// <summary>Removes one frame of a day before the given one, if there is any.</summary>
    public bool RemoveBefore(DateOnly day)
    {
        CountThrough(day.AddDays(-1));
        return Oldest < day && RemoveOldest();
    }

    // What was not counted may be older than what was: today is counted as soon as it is written to.
    private void CountThrough(DateOnly day)
    {
        _uncounted ??= List();
        while (_uncounted.TryPeek(out _, out var next) && next <= day)
        {
            CountNext();
            day = Oldest < day ? Oldest.Value : day;
        }
    }

    private PriorityQueue<string, DateOnly> List()
    {
        var folders = new PriorityQueue<string, DateOnly>();
        foreach (var camera in Directory.EnumerateDirectories(root))
        {
            foreach (var folder in Directory.EnumerateDirectories(camera))
            {
                if (ArchiveNames.IsFolder(Path.GetFileName(folder), out var day))
                    folders.Enqueue(folder, day);
            }
        }

        return folders;
    }

    private void Count(string folder, DateOnly day)
    {
        if (_counted.Contains(folder))
            return;
        long frames = 0, bytes = 0;
        foreach (var frame in ArchivedFrame.In(folder))
        {
            if (!frame.Complete)
            {
                frame.Remove();
                continue;
            }

            frames++;
            bytes += frame.Bytes;
        }

        _counted.Add(folder);
        if (frames > 0)
            Change(day, frames, bytes);
        // The day's names were read without this folder.
        if (_oldestDay == day)
            ForgetOldest();
    }

    private void Load(DateOnly day)
    {
        ForgetOldest();
        var frames = FoldersOf(day).SelectMany(ArchivedFrame.In);
        foreach (var frame in frames.OrderBy(frame => frame.Name, StringComparer.Ordinal))
            _oldest.Enqueue(frame);
        _oldestDay = day;
    }

    /// <summary>All of the day is removed, by us or by others: what is still counted of it is not there.</summary>
    private void EndOldest(DateOnly day)
    {
        var (frames, bytes) = _days[day];
        Change(day, -frames, -bytes);
        _days.Remove(day);
        foreach (var folder in FoldersOf(day))
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }

        ForgetOldest();
    }

    private string[] FoldersOf(DateOnly day) =>
    [
        .. Directory.EnumerateDirectories(root)
            .Select(camera => Path.Combine(camera, ArchiveNames.FolderOf(day)))
            .Where(Directory.Exists),
    ];

    private void ForgetOldest()
    {
        _oldest.Clear();
        _oldestDay = null;
    }

    private void Change(DateOnly day, long frames, long bytes)
    {
        var before = _days.GetValueOrDefault(day);
        _days[day] = (before.Frames + frames, before.Bytes + bytes);
        (Frames, Bytes) = (Frames + frames, Bytes + bytes);
    }
}
