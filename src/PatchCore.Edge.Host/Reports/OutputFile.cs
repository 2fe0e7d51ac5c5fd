using PatchCore.Edge.Host.Commands;

namespace PatchCore.Edge.Host.Reports;

/// <summary>
/// A file that appears whole or not at all: it is written beside its place and renamed when done. Opening it is proof
/// that it can be written, so that a long run does not end in an error that was there from the start.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _staging;
    private bool _kept;

    private OutputFile(string path, string staging, FileStream stream) =>
        (_path, _staging, Stream) = (path, staging, stream);

    public Stream Stream { get; }

    /// <param name="option">What named the file, for the error.</param>
    /// <param name="path">A file in a folder that is there; one of that name is replaced.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static OutputFile Open(string option, string path)
    {
        var full = Path.GetFullPath(path);
        if (path.Length == 0 || Path.GetFileName(full).Length == 0 || Directory.Exists(full))
            throw new UsageException($"{option} found the folder '{path}', expected a file");
        var staging = Path.Combine(
            Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            return new OutputFile(full, staging, File.Create(staging));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {path} cannot be written: {e.Message}");
        }
    }

    /// <summary>Puts the file in its place.</summary>
    public void Keep()
    {
        Stream.Dispose();
        File.Move(_staging, _path, overwrite: true);
        _kept = true;
    }

    /// <summary>Leaves nothing behind unless it was kept.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_kept)
            File.Delete(_staging);
    }
}
