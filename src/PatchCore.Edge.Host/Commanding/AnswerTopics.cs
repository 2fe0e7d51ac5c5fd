using System.Buffers;
using System.Text;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>
/// Where a command may have its answer sent. The station may write more topics than whoever commands it: an answer must
/// never stand where a verdict, a status or another command is expected.
/// </summary>
/// <param name="topics">Of the station.</param>
/// <param name="camera">Who answers.</param>
internal sealed class AnswerTopics(Topics topics, string camera)
{
    /// <summary>Bytes of UTF-8.</summary>
    private const int Longest = 512;

    private const string Command = "command";

    private const string Sparkplug = "spBv1.0/";

    /// <summary>Last levels of what stations publish.</summary>
    private static readonly string[] Published =
    [
        "result", "plc", "heatmap", "picture", "map", "state", "handshake", "set", "drift", "alarm", "archive",
        "metrics", "status",
    ];

    private static readonly SearchValues<char> Wildcards = SearchValues.Create("+#");

    private readonly string _root = topics.Root + "/";
    private readonly string _station = $"{topics.Root}/{topics.Station}/";
    private readonly string[] _own = [topics.Reply(camera), topics.Snapshot(camera)];

    /// <summary>Why nothing is sent there; null when it is, or for no topic at all.</summary>
    public string? Refusal(string? topic)
    {
        if (topic is null || _own.Contains(topic, StringComparer.Ordinal))
            return null;
        if (topic.Length == 0 || Encoding.UTF8.GetByteCount(topic) > Longest)
            return $"the response topic has {Encoding.UTF8.GetByteCount(topic)} bytes, expected 1 to {Longest}";
        if (topic.AsSpan().ContainsAny(Wildcards) || topic.Any(char.IsControl) || topic[0] == '$')
            return "the response topic has a wildcard or control character or begins with '$', expected a plain topic";
        var last = topic[(topic.LastIndexOf('/') + 1)..];
        var refused = last == Command
            || topic.StartsWith(Sparkplug, StringComparison.Ordinal)
            || topic.StartsWith(_station, StringComparison.Ordinal)
            || (topic.StartsWith(_root, StringComparison.Ordinal) && Published.Contains(last, StringComparer.Ordinal));
        return refused
            ? $"the response topic {topic} is one of a station's own, expected {_own[0]} or one that no station uses"
            : null;
    }
}
