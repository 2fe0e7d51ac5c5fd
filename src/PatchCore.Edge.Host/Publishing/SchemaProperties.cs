using System.Text;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// The user property "schema" of JSON messages: whoever passes them on can tell them apart without reading them. For
/// one thread at a time.
/// </summary>
internal sealed class SchemaProperties
{
    private readonly List<(byte[] Schema, MosquittoUserProperty[] Properties)> _known = [];

    /// <summary>Null for what does not begin as our messages do.</summary>
    public IReadOnlyList<MosquittoUserProperty>? Of(ReadOnlySpan<byte> message)
    {
        var start = """{"schema":" """u8[..^1];
        if (!message.StartsWith(start))
            return null;
        message = message[start.Length..];
        var length = message.IndexOf((byte)'"');
        if (length < 0)
            return null;
        var schema = message[..length];
        foreach (var (known, properties) in _known)
        {
            if (schema.SequenceEqual(known))
                return properties;
        }

        _known.Add((schema.ToArray(), [new("schema", Encoding.UTF8.GetString(schema))]));
        return _known[^1].Properties;
    }
}
