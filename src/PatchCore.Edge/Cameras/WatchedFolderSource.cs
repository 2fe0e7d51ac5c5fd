using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// The pictures that come into a folder. One that cannot be read costs its own frame; a folder that cannot be listed
/// loses the source.
/// </summary>
internal sealed class WatchedFolderSource : IFrameSource
{
    // A folder of very many files takes long to list: looking is at most this share of the time, up to a longest wait.
    private const int WaitPerLook = 10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly WatchedFolder _folder;
    private readonly WatchedFolderOptions _options;
    private readonly TimeProvider _time;
    private readonly Pacer _pacer;

    public WatchedFolderSource(WatchedFolder folder, WatchedFolderOptions options, TimeProvider time)
    {
        (_folder, _options, _time) = (folder, options, time);
        _pacer = new Pacer(time);
    }

    public string Description => $"watched folder {_options.Directory}";

    public TimeSpan MayWait => LongestWait;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        string? file;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            into.KeepWaiting();
            var started = _time.GetTimestamp();
            if (_folder.TryTake(out file, cancellationToken))
                break;
            var wait = _time.GetElapsedTime(started) * WaitPerLook;
            wait = wait < LongestWait ? wait : LongestWait;
            _pacer.Wait(wait > _options.Poll ? wait : _options.Poll, cancellationToken);
        }

        (into.Origin, into.PartId, into.Truth) = (file, Path.GetFileNameWithoutExtension(file), _options.Truth);
        try
        {
            into.Prepare().ReadInto(file);
        }
        catch (Exception error) when (error is NativeException or IOException)
        {
            throw new CameraException($"{file} cannot be read: {error.Message}", sourceUsable: true, error);
        }

        PutAway(file);
        return true;
    }

    public void Dispose() => _pacer.Dispose();

    /// <summary>A file that stays although it should not costs its frame: else the disk fills without a word.</summary>
    private void PutAway(string file)
    {
        if (_options.Afterwards == FolderAfterwards.Keep)
            return;
        try
        {
            if (_options.Afterwards == FolderAfterwards.Delete)
                File.Delete(file);
            else
                Move(file, _options.MoveTo!);
            _folder.Forget(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var what = _options.Afterwards == FolderAfterwards.Delete ? "deleted" : $"moved to {_options.MoveTo}";
            throw new CameraException(
                $"{file} was read and cannot be {what}: {error.Message}", sourceUsable: true, error);
        }
    }

    /// <summary>Moves without replacing a file of the same name: the newer one gets a number.</summary>
    private static void Move(string file, string folder)
    {
        Directory.CreateDirectory(folder);
        var (name, extension) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        var target = Path.Combine(folder, name + extension);
        for (var number = 2; File.Exists(target); number++)
            target = Path.Combine(folder, FormattableString.Invariant($"{name}-{number}{extension}"));
        File.Move(file, target);
    }
}
