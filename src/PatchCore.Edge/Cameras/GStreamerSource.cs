using System.Text.RegularExpressions;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>Which GStreamer pipeline gives the pictures.</summary>
public sealed record GStreamerSourceOptions
{
    /// <summary>Joined by ! as gst-launch-1.0 takes them; where there is no appsink, a videoconvert and one are put at
    /// their end.</summary>
    public required string Elements { get; init; }

    /// <summary>From starting to the first picture.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From picture to picture, past which the pipeline is lost.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Elements))
            throw new ArgumentException("Elements of a GStreamer source are missing, expected some joined by !");
        StreamTimes.Validate("a GStreamer source", OpenTimeout, ReadTimeout);
    }
}

/// <summary>
/// Whatever a GStreamer pipeline gives: BGR, or gray of 8 or 16 bits. A live pipeline that ends is lost, another one
/// has ended.
/// </summary>
public sealed partial class GStreamerSource : ILiveSource
{
    /// <summary>Keeps only the newest picture, so that none waits that is old when its turn comes.</summary>
    internal const string NewestFrameSink = "appsink drop=true max-buffers=1 sync=false";

    private readonly LiveCapture _capture;

    public GStreamerSource(GStreamerSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var pipeline = Completed(options.Elements);
        Description = $"GStreamer pipeline {Redacted(options.Elements)}";
        _capture = new LiveCapture(
            Description, () => NativeCapture.CreateGStreamer(pipeline, options.OpenTimeout, options.ReadTimeout),
            Redacted);
    }

    public string Description { get; }

    public (double FramesPerSecond, string Format) Stated => _capture.Stated;

    /// <summary>The pipeline with an appsink at its end that keeps only the newest picture, unless it says
    /// otherwise.</summary>
    internal static string Completed(string pipeline)
    {
        var sink = AppSink().Match(pipeline);
        if (!sink.Success)
            return $"{pipeline.TrimEnd().TrimEnd('!').TrimEnd()} ! videoconvert ! {NewestFrameSink}";
        var own = pipeline[sink.Index..];
        var missing = NewestFrameSink.Split(' ')[1..]
            .Where(property => !own.Contains(property.Split('=')[0] + "=", StringComparison.Ordinal));
        return string.Join(' ', [pipeline[..(sink.Index + sink.Length)], .. missing])
            + pipeline[(sink.Index + sink.Length)..];
    }

    /// <summary>The text as it may be shown, without what elements take as passwords.</summary>
    public static string Redacted(string pipeline) =>
        Url().Replace(Secret().Replace(pipeline, "$1=***"), "$1***@");

    public bool TryRead(Frame into, CancellationToken cancellationToken) => _capture.TryRead(into, cancellationToken);

    public void Dispose() => _capture.Dispose();

    [GeneratedRegex(@"(?<=^|[!\s])appsink(?=$|\s)")]
    private static partial Regex AppSink();

    [GeneratedRegex("""([\w-]*(?:user|pass|pw|token|secret|key|auth)[\w-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s!&;]+)""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"(\w+://)[^/\s""'?]*@")]
    private static partial Regex Url();
}
