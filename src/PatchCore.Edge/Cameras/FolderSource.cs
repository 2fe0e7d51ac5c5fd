using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>What a folder of images plays.</summary>
public sealed record FolderSourceOptions
{
    public required string Directory { get; init; }

    /// <summary>Starts over after the last file, listing the folder anew.</summary>
    public bool Loop { get; init; }

    /// <summary>Time from file to file; zero reads as fast as the frames are taken.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Unreadable files, in one round, past which the source counts as lost; null allows any number.</summary>
    public int? MaxUnreadable { get; init; }

    /// <summary>What the folder's parts are, "good" or a defect class, when that is known.</summary>
    public string? Truth { get; init; }
}

/// <summary>
/// The images of a folder, in ordinal order. A file that cannot be read costs its own frame only; a round in which no
/// file could be read loses the source, so that a dead disk is not polled at full speed.
/// </summary>
public sealed class FolderSource : IFrameSource
{
    private readonly FolderSourceOptions _options;
    private readonly Pacer _pacer;
    private string[] _files = [];
    private int _next;
    private int _unreadable;
    private bool _listed;

    public FolderSource(FolderSourceOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _pacer = new Pacer(time);
    }

    public string Description => $"folder {_options.Directory}";

    public TimeSpan MayWait => _options.Interval;

    public bool IsLive => false;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_next == _files.Length && !StartRound())
            return false;
        _pacer.Tick(_options.Interval, cancellationToken);
        into.MarkArrival();
        var file = _files[_next++];
        (into.Origin, into.PartId, into.Truth) = (file, Path.GetFileNameWithoutExtension(file), _options.Truth);
        try
        {
            into.Prepare().ReadInto(file);
            return true;
        }
        catch (Exception error) when (error is NativeException or IOException)
        {
            _unreadable++;
            var lost = _unreadable > _options.MaxUnreadable || _unreadable == _files.Length;
            var count = lost
                ? FormattableString.Invariant($" ({_unreadable} of {_files.Length} files unreadable)")
                : "";
            throw new CameraException($"{file} cannot be read: {error.Message}{count}", sourceUsable: !lost, error);
        }
    }

    public void Dispose() => _pacer.Dispose();

    private bool StartRound()
    {
        if (_listed && !_options.Loop)
            return false;
        _files = ImageFolder.List(_options.Directory);
        (_listed, _next, _unreadable) = (true, 0, 0);
        return _files.Length > 0 ? true : throw new CameraException($"folder {_options.Directory} holds no images");
    }
}
