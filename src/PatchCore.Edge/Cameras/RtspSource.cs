using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// A network camera by RTSP. Its password is read whenever it is opened, goes to the camera alone, and is in no text.
/// </summary>
public sealed partial class RtspSource : ILiveSource
{
    private readonly RtspSourceOptions _options;
    private readonly LiveCapture _capture;
    private string? _password;

    public RtspSource(RtspSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        Description = $"RTSP camera {Redacted(options.Url)}";
        _capture = new LiveCapture(Description, Create, Redact);
    }

    public string Description { get; }

    public (double FramesPerSecond, string Format) Stated => _capture.Stated;

    /// <summary>
    /// The URL as it may be shown: some cameras take user name and password as parts of path or query.
    /// </summary>
    public static string Redacted(string url) => Secret().Replace(Credentials().Replace(url, "$1***@"), "$1=***");

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        try
        {
            return _capture.TryRead(into, cancellationToken)
                ? true
                : throw new CameraException($"{Description}: the camera ended the stream");
        }
        catch (CameraException error) when (error.Message.Contains("Failed to connect", StringComparison.Ordinal))
        {
            throw WhyNotConnected(cancellationToken) is { } reason
                ? new CameraException($"{Description}: {reason}")
                : error;
        }
    }

    public void Dispose() => _capture.Dispose();

    [GeneratedRegex(@"\b(user(?:name)?|login|pass(?:word|wd)?|pwd|token|auth|key)=[^&;/#\s]*", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^(\w+://)[^/?]*@")]
    private static partial Regex Credentials();

    /// <summary>What a plain connection says, for GStreamer does not; null when there is one now.</summary>
    private string? WhyNotConnected(CancellationToken cancellationToken)
    {
        var camera = new Uri(_options.Url);
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.OpenTimeout);
        try
        {
            client.ConnectAsync(camera.Host, camera.IsDefaultPort || camera.Port < 0 ? 554 : camera.Port, limit.Token)
                .AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private NativeCapture Create()
    {
        _password = ReadPassword();
        return _options.Backend == RtspBackend.Ffmpeg
            ? NativeCapture.CreateRtsp(
                UrlWithCredentials(), _options.Transport == RtspTransport.Udp, _options.Latency, _options.OpenTimeout,
                _options.ReadTimeout)
            : NativeCapture.CreateGStreamer(
                Elements(), _options.OpenTimeout, _options.ReadTimeout, _options.Url, _options.Username, _password);
    }

    private string? ReadPassword()
    {
        if (_options.PasswordEnvironment is { } name)
        {
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
                ? value
                : throw new CameraException(
                    $"{Description}: the environment variable {name} with its password is empty");
        }

        if (_options.PasswordFile is not { } file)
            return null;
        try
        {
            return File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line
                ? line
                : throw new CameraException($"{Description}: the password file {file} is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CameraException($"{Description}: no password: {error.Message}", innerException: error);
        }
    }

    private string UrlWithCredentials()
    {
        var rest = _options.Url["rtsp://".Length..];
        if (_options.Username is null)
            return "rtsp://" + rest;
        return $"rtsp://{Uri.EscapeDataString(_options.Username)}:{Uri.EscapeDataString(_password ?? "")}@{rest}";
    }

    // Only video is asked for; sound of the same camera would have nowhere to go.
    private string Elements() => string.Create(
        CultureInfo.InvariantCulture,
        $"rtspsrc name=source protocols={(_options.Transport == RtspTransport.Udp ? "udp" : "tcp")} "
            + $"latency={(int)_options.Latency.TotalMilliseconds} "
            + $"! application/x-rtp,media=video ! decodebin ! videoconvert ! {GStreamerSource.NewestFrameSink}");

    private string Redact(string message)
    {
        message = Redacted(message);
        if (string.IsNullOrEmpty(_password))
            return message;
        return message.Replace(_password, "***", StringComparison.Ordinal)
            .Replace(Uri.EscapeDataString(_password), "***", StringComparison.Ordinal);
    }
}
