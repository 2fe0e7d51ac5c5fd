using System.Text;
using System.Text.Json;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>A frame of the archive with its result.</summary>
/// <param name="Path">Of its picture.</param>
/// <param name="Result">As it was published.</param>
internal sealed record ArchivedPart(string Path, ResultMessage Result);

/// <summary>
/// Finds parts in the archive of one camera, by the names and the results that lie there: it knows as much after a
/// restart as before.
/// </summary>
/// <param name="folder">The camera's; it need not exist.</param>
internal sealed class ArchiveSearch(string folder)
{
    /// <summary>Results that are looked through for a part, the newest first: half a second or so.</summary>
    private const int Most = 10_000;

    /// <summary>Null where it is not there, or no more.</summary>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public ArchivedPart? Find(ResultId id)
    {
        // A clock that was set in between tells another day: that of the id is only the likeliest.
        var day = ArchiveNames.DayOf(id.Time).DayNumber;
        return Days().OrderBy(known => Math.Abs(known.Day.DayNumber - day))
            .SelectMany(known => Directory.EnumerateFiles(known.Folder, $"*-{id}-*{ArchiveNames.Result}"))
            .Select(Read).FirstOrDefault(part => part?.Result.Id == id);
    }

    /// <summary>The last result of a part; null where there is none among the last 10,000.</summary>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public ArchivedPart? Find(string partId)
    {
        var words = Encoding.UTF8.GetBytes(
            $"\"partId\":\"{JsonEncodedText.Encode(partId, WireFormat.WriterOptions.Encoder)}\"");
        return Days().OrderByDescending(known => known.Day)
            .SelectMany(known => Directory.EnumerateFiles(known.Folder, "*" + ArchiveNames.Result)
                .OrderDescending(StringComparer.Ordinal))
            .Take(Most)
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(words) >= 0)
            .Select(Read).FirstOrDefault(part => part?.Result.PartId == partId);
    }

    private IEnumerable<(string Folder, DateOnly Day)> Days()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var known in Directory.EnumerateDirectories(folder))
        {
            if (ArchiveNames.IsFolder(Path.GetFileName(known), out var day))
                yield return (known, day);
        }
    }

    /// <summary>Null for what is no result of ours, or has no picture.</summary>
    private static ArchivedPart? Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(bytes);
            var picture = document.RootElement.GetProperty("archive").GetProperty("picture").GetString()!;
            return new ArchivedPart(Path.Combine(Path.GetDirectoryName(path)!, picture), ResultMessage.Parse(bytes));
        }
        catch (Exception error) when (error is WireException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }
}
