using System.Text;

namespace PatchCore.Edge.Wire;

/// <summary>
/// The topics of one station, {root}/{station}/…; see the README beside this file. A topic is made anew on every call,
/// so publishers keep those of their cameras.
/// </summary>
public sealed record Topics
{
    private const int LongestTopic = 65535;
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _prefix;

    /// <param name="root">One or more levels, as in "factory/line 4".</param>
    /// <param name="station">One level.</param>
    /// <exception cref="WireException">A level is empty or holds '+', '#', '/', a control character or half a
    /// character.</exception>
    public Topics(string root, string station)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (var level in root.Split('/'))
            CheckLevel("topic root", root, level);
        if (root[0] == '$')
            throw new WireException($"topic root '{root}' begins with '$', which brokers keep to themselves");
        CheckLevel("station", station, station);
        (Root, Station, _prefix) = (root, station, $"{root}/{station}/");
    }

    public string Root { get; }

    public string Station { get; }

    /// <summary>Whether the station is there; see <see cref="StationStatus"/>.</summary>
    public string Status => Checked(_prefix + "status");

    /// <summary>How the picture archive is doing; see <see cref="ArchiveMessage"/>.</summary>
    public string Archive => Checked(_prefix + "archive");

    /// <summary>Numbers of the station; see <see cref="MetricsMessage"/>.</summary>
    public string Metrics => Checked(_prefix + "metrics");

    /// <summary>Alarms of the station as a whole; see <see cref="AlarmMessage"/>.</summary>
    public string StationAlarm => Checked(_prefix + "alarm");

    /// <summary>Every result of the station, for subscribers.</summary>
    public string AllResults => Checked(_prefix + "+/result");

    /// <summary>Verdicts of a camera; see <see cref="ResultMessage"/>.</summary>
    public string Result(string camera) => Of(camera, "result");

    /// <summary>Verdicts of a camera as letter and number; see <see cref="PlcResult"/>.</summary>
    public string Plc(string camera) => Of(camera, "plc");

    /// <summary>Where a camera is with its controller; see <see cref="HandshakeMessage"/>.</summary>
    public string Handshake(string camera) => Of(camera, "handshake");

    /// <summary>The same as a line of text; see <see cref="HandshakeLine"/>.</summary>
    public string PlcHandshake(string camera) => Of(camera, "plc/handshake");

    /// <summary>What a controller that cannot write JSON says; see <see cref="PlcOrder"/>.</summary>
    public string PlcSet(string camera) => Of(camera, "plc/set");

    /// <summary>Pictures of a camera with the map blended in; see <see cref="HeatmapEncoder"/>.</summary>
    public string Heatmap(string camera) => Of(camera, "heatmap");

    /// <summary>Plain pictures of a camera; see <see cref="LayerEncoder"/>.</summary>
    public string Picture(string camera) => Of(camera, "picture");

    /// <summary>Anomaly maps of a camera; see <see cref="LayerEncoder"/>.</summary>
    public string Map(string camera) => Of(camera, "map");

    /// <summary>How a camera is doing; see <see cref="CameraStateMessage"/>.</summary>
    public string State(string camera) => Of(camera, "state");

    /// <summary>What a camera is told to do; see <see cref="CommandMessage"/>.</summary>
    public string Command(string camera) => Of(camera, "command");

    /// <summary>What became of it; see <see cref="CommandReply"/>.</summary>
    public string Reply(string camera) => Of(camera, "reply");

    /// <summary>JPEG pictures that a command asked for.</summary>
    public string Snapshot(string camera) => Of(camera, "snapshot");

    /// <summary>Whether a camera's line drifts; see <see cref="DriftMessage"/>.</summary>
    public string Drift(string camera) => Of(camera, "drift");

    /// <summary>Alarms of a camera; see <see cref="AlarmMessage"/>.</summary>
    public string Alarm(string camera) => Of(camera, "alarm");

    /// <summary>Whether a name can be one level of a topic.</summary>
    /// <param name="what">What the name names, for the message.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="WireException">It cannot; says why.</exception>
    public static void CheckName(string what, string name) => CheckLevel(what, name, name);

    private string Of(string camera, string kind)
    {
        CheckLevel("camera", camera, camera);
        return Checked(_prefix + camera + "/" + kind);
    }

    private static string Checked(string topic) => Strict.GetByteCount(topic) <= LongestTopic ? topic
        : throw new WireException($"topic {topic[..64]}… is longer than {LongestTopic} bytes");

    private static void CheckLevel(string what, string name, string level)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (level.Length == 0)
            throw new WireException($"{what} '{name}' has an empty level, expected one character or more");
        if (level.AsSpan().IndexOfAny("+#/") is >= 0 and var at)
        {
            throw new WireException(
                $"{what} '{name}' contains '{level[at]}', which has a meaning of its own in topics");
        }
        foreach (var character in level)
        {
            if (char.IsControl(character))
                throw new WireException($"{what} '{name}' contains the control character U+{(int)character:X4}");
        }

        try
        {
            Strict.GetByteCount(level);
        }
        catch (EncoderFallbackException error)
        {
            throw new WireException(
                $"{what} '{name}' contains half a surrogate pair and cannot be written as UTF-8", error);
        }
    }
}
