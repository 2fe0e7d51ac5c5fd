using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>What the sections of live sources need beyond the schema.</summary>
internal static class StreamRules
{
    internal static void Check(string key, SourceSettings source, List<string> errors)
    {
        switch (source.Kind)
        {
            case SourceKind.Rtsp:
                CheckRtsp($"{key}:Rtsp", source.Rtsp, errors);
                break;
            case SourceKind.GStreamer when string.IsNullOrWhiteSpace(source.GStreamer.Pipeline):
                errors.Add($"{key}:GStreamer:Pipeline is missing, expected elements joined by !");
                break;
            case SourceKind.V4l2:
                CheckV4l2($"{key}:V4l2", source.V4l2, errors);
                break;
        }
    }

    private static void CheckRtsp(string key, RtspSettings rtsp, List<string> errors)
    {
        if (string.IsNullOrEmpty(rtsp.Url))
            errors.Add($"{key}:Url is missing, expected rtsp://host[:port]/path");
        else if (RtspSourceOptions.FaultOf(rtsp.Url) is { } fault)
            errors.Add($"{key}:Url {fault}"); // not quoted: it may have a password in it
        SettingsRules.NeedFile($"{key}:PasswordFile", rtsp.PasswordFile, errors);
        if (rtsp.PasswordFile is not null && rtsp.PasswordEnvironment is not null)
            errors.Add($"{key}:PasswordFile and {key}:PasswordEnvironment exclude each other, found both");
        if ((rtsp.PasswordFile ?? rtsp.PasswordEnvironment) is not null && string.IsNullOrEmpty(rtsp.Username))
            errors.Add($"{key}:Username is missing, expected a user name to go with its password");
    }

    private static void CheckV4l2(string key, V4l2Settings v4l2, List<string> errors)
    {
        if (string.IsNullOrEmpty(v4l2.Device))
            errors.Add($"{key}:Device is missing, expected a path such as /dev/video0, or a name in /dev/v4l/by-id");
        if (v4l2.Width is null != v4l2.Height is null)
            errors.Add($"{key}:Width and {key}:Height go together, found only one of them");
    }
}
