namespace PatchCore.Edge.Cameras;

/// <summary>How pictures of an RTSP camera travel.</summary>
public enum RtspTransport
{
    /// <summary>In the connection itself: nothing is lost.</summary>
    Tcp,

    /// <summary>In packets of their own: a lost one damages pictures.</summary>
    Udp,
}

/// <summary>Who speaks RTSP and decodes.</summary>
public enum RtspBackend
{
    Ffmpeg,
    GStreamer,
}

/// <summary>Which RTSP camera, and how to reach it.</summary>
public sealed record RtspSourceOptions
{
    /// <summary>rtsp://host[:port]/path, without user name and password.</summary>
    public required string Url { get; init; }

    public RtspTransport Transport { get; init; }

    public RtspBackend Backend { get; init; }

    /// <summary>User name at the camera (Basic or Digest); null for a camera that asks for none.</summary>
    public string? Username { get; init; }

    /// <summary>File whose first line is the password; read whenever the camera is opened.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Name of an environment variable that is the password.</summary>
    public string? PasswordEnvironment { get; init; }

    /// <summary>From connecting to the first picture.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From picture to picture, past which the camera is lost.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long packets are waited for that come out of order or late.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What is wrong with the URL, without quoting what may be a password; null when nothing is.</summary>
    public static string? FaultOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase))
            return "does not start with rtsp://";
        var authority = url["rtsp://".Length..].Split('/', '?')[0];
        if (authority.Contains('@', StringComparison.Ordinal))
            return "has a user name or password in it, expected them in Username and PasswordFile";
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
            ? null
            : "is no URL, expected rtsp://host[:port]/path";
    }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (FaultOf(Url) is { } fault)
            throw new ArgumentException($"Url of an RTSP camera {fault}");
        if ((PasswordFile ?? PasswordEnvironment) is not null && string.IsNullOrEmpty(Username))
            throw new ArgumentException("Username of an RTSP camera is missing, expected one to go with its password");
        if (PasswordFile is not null && PasswordEnvironment is not null)
            throw new ArgumentException("PasswordFile and PasswordEnvironment of an RTSP camera exclude each other");
        StreamTimes.Validate("an RTSP camera", OpenTimeout, ReadTimeout);
        if (Latency < TimeSpan.Zero || Latency > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Latency of an RTSP camera is {Latency}, expected 0 to 10 s"));
        }
    }
}
