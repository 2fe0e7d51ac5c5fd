using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Learning;

/// <summary>
/// Pictures of parts that somebody confirmed as good, of one camera and one recipe: a folder of those that wait, with
/// one in it of those that are being learned and one of those that were, named by the ids of their results, so that
/// they sort by time. They outlive the archive's own pictures. For one thread at a time.
/// </summary>
/// <param name="folder">It is made when it is needed.</param>
/// <param name="most">Pictures that wait, and as many that were learned, at most.</param>
internal sealed class ConfirmedPictures(string folder, int most)
{
    private const string End = ".png";
    private const string Partial = ".partial";

    /// <summary>Pictures that are being learned.</summary>
    public string Learning { get; } = Path.Combine(folder, "learning");

    private string Learned { get; } = Path.Combine(folder, "learned");

    /// <summary>How many wait.</summary>
    public int Count => Ids(folder).Count;

    /// <summary>Copies a picture; null when it waits now, else why not.</summary>
    /// <exception cref="IOException">The disk does not take it, or the picture is gone.</exception>
    public string? Add(ResultId id, string picture)
    {
        var path = PathOf(folder, id);
        if (File.Exists(path))
            return null;
        if (File.Exists(PathOf(Learned, id)) || File.Exists(PathOf(Learning, id)))
            return $"the bank has learned result {id} already, or is at it";
        if (Count >= most)
            return $"{most} confirmed pictures wait already, as many as Archive:Confirmed allows; bank/add learns them";
        Directory.CreateDirectory(folder);
        File.Copy(picture, path + Partial, overwrite: true);
        // Half a picture after a power cut would be one that cannot be learned from.
        using (var file = File.OpenHandle(path + Partial, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        File.Move(path + Partial, path, overwrite: true);
        return null;
    }

    /// <summary>Null when it does not wait any more, else why not.</summary>
    public string? Remove(ResultId id)
    {
        var path = PathOf(folder, id);
        if (!File.Exists(path))
            return $"result {id} is not among those that wait to be learned";
        File.Delete(path);
        return null;
    }

    /// <summary>Puts the last ones into <see cref="Learning"/>, with nothing else in it; returns how many.</summary>
    /// <param name="last">Null: all.</param>
    public int Stage(int? last)
    {
        GiveBack();
        Directory.CreateDirectory(Learning);
        var ids = Ids(folder);
        foreach (var name in ids.Skip(ids.Count - (last ?? ids.Count)))
            File.Move(Path.Combine(folder, name), Path.Combine(Learning, name));
        return last ?? ids.Count;
    }

    /// <summary>What was staged waits again, also after a run that was cut off.</summary>
    public void GiveBack() => MoveAll(folder);

    /// <summary>What was staged has been learned; the oldest make room.</summary>
    public void Keep()
    {
        MoveAll(Learned);
        var ids = Ids(Learned);
        foreach (var name in ids.Take(ids.Count - most))
            File.Delete(Path.Combine(Learned, name));
    }

    private void MoveAll(string to)
    {
        if (!Directory.Exists(Learning))
            return;
        Directory.CreateDirectory(to);
        foreach (var name in Ids(Learning))
            File.Move(Path.Combine(Learning, name), Path.Combine(to, name), overwrite: true);
    }

    private static string PathOf(string folder, ResultId id) => Path.Combine(folder, id + End);

    private static List<string> Ids(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*" + End).Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal),
    ];
}
