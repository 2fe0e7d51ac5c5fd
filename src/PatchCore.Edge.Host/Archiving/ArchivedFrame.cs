namespace PatchCore.Edge.Host.Archiving;

/// <summary>The files of one frame.</summary>
/// <param name="Folder">Full path of its day.</param>
/// <param name="Name">What its files begin with.</param>
/// <param name="Bytes">Of all its files.</param>
/// <param name="Complete">Whether its result, which is written last, is there, and no file is empty or
/// partial.</param>
internal readonly record struct ArchivedFrame(string Folder, string Name, long Bytes, bool Complete)
{
    private static readonly string[] Ends = [ArchiveNames.Result, ".png", ".jpg", ArchiveNames.Heatmap];

    /// <summary>The frames of a day's folder, in order of time; none where there is no such folder.</summary>
    public static List<ArchivedFrame> In(string folder)
    {
        var frames = new SortedDictionary<string, ArchivedFrame>(StringComparer.Ordinal);
        var directory = new DirectoryInfo(folder);
        if (!directory.Exists)
            return [];
        var sound = new HashSet<string>();
        foreach (var file in directory.EnumerateFiles())
        {
            if (!ArchiveNames.IsFile(file.Name, out var name, out var partial))
                continue;
            var frame = frames.GetValueOrDefault(name, new ArchivedFrame(folder, name, 0, true));
            frames[name] = frame with
            {
                Bytes = frame.Bytes + file.Length,
                Complete = frame.Complete && !partial && file.Length > 0,
            };
            if (file.Name.EndsWith(ArchiveNames.Result, StringComparison.Ordinal))
                sound.Add(name);
        }

        return
        [
            .. frames.Values.Select(frame => frame with
            {
                Complete = frame.Complete && sound.Contains(frame.Name),
            }),
        ];
    }

    /// <summary>
    /// Removes its files, the result first: without it a frame is known as incomplete should the rest fail.
    /// </summary>
    public void Remove()
    {
        // A folder that somebody else removed has taken the files with it.
        if (!Directory.Exists(Folder))
            return;
        var path = Path.Combine(Folder, Name);
        foreach (var end in Ends)
        {
            File.Delete(path + end);
            File.Delete(path + end + ArchiveNames.Partial);
        }
    }
}
