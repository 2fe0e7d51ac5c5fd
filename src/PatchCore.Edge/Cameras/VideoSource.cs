using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>Which video file to play, and how.</summary>
public sealed record VideoSourceOptions
{
    public required string Path { get; init; }

    /// <summary>Starts over after the last frame.</summary>
    public bool Loop { get; init; }

    /// <summary>Frames a second; null takes the file's own rate, or 25 when it states none.</summary>
    public double? FramesPerSecond { get; init; }
}

/// <summary>A video file, paced by its frame rate.</summary>
public sealed class VideoSource : IFrameSource
{
    private const double FallbackRate = 25;
    private readonly VideoSourceOptions _options;
    private readonly Pacer _pacer;
    private NativeVideo? _video;
    private TimeSpan _interval;
    private long _frames;
    private bool _cutOff;

    public VideoSource(VideoSourceOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FramesPerSecond is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"FramesPerSecond of video {options.Path} is {rate}, expected more than 0"),
                nameof(options));
        }

        _options = options;
        _pacer = new Pacer(time);
    }

    public string Description => $"video {_options.Path}";

    public TimeSpan MayWait => _interval;

    public bool IsLive => false;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        try
        {
            _video ??= Open();
            _pacer.Tick(_interval, cancellationToken);
            into.MarkArrival();
            into.Origin = _options.Path;
            while (!_video.Read(into.Prepare()))
            {
                if (_frames == 0)
                    throw new CameraException($"video {_options.Path} holds no frames");
                if (IsCutOff(out var expected))
                    throw CutOff(expected);
                if (!_options.Loop)
                    return false;
                _video.Dispose();
                _video = Open();
            }

            _frames++;
            return true;
        }
        catch (NativeException error)
        {
            throw new CameraException($"video {_options.Path} cannot be read: {error.Message}", innerException: error);
        }
    }

    public void Dispose()
    {
        _video?.Dispose();
        _pacer.Dispose();
    }

    /// <summary>
    /// Whether the container tells of more frames than came. Some containers tell only how long they are, so that their
    /// count is an estimate; one frame and 2 % are allowed to miss. Says so once a round.
    /// </summary>
    private bool IsCutOff(out long expected)
    {
        expected = _cutOff ? 0 : _video!.FrameCount;
        return _cutOff = _frames + 1 + (expected * 0.02) < expected;
    }

    private CameraException CutOff(long expected) => new(
        FormattableString.Invariant(
            $"video {_options.Path} is cut off: it ends after {_frames} of {expected} frames"),
        sourceUsable: true);

    private NativeVideo Open()
    {
        var video = NativeVideo.Open(_options.Path);
        var rate = _options.FramesPerSecond ?? video.FramesPerSecond;
        _interval = TimeSpan.FromSeconds(1 / (rate is > 0 and < 1000 ? rate : FallbackRate));
        _frames = 0;
        return video;
    }
}
