using System.Buffers;
using System.Text.Json;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>The result beside its picture: as it was published, and the names of the files.</summary>
internal static class ArchiveResult
{
    /// <param name="result">A JSON object.</param>
    /// <param name="picture">File name.</param>
    /// <param name="heatmap">File name; null where there is none.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> result, string picture, string? heatmap)
    {
        if (result.IsEmpty || result[^1] != (byte)'}')
            throw new ArgumentException("the result is no JSON object", nameof(result));
        var buffer = new ArrayBufferWriter<byte>(result.Length + 256);
        // Its last brace is put off, so that what was published stays as it was to the byte.
        buffer.Write(result[..^1]);
        buffer.Write(",\"archive\":"u8);
        using (var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("picture"u8, picture);
            if (heatmap is not null)
                json.WriteString("heatmap"u8, heatmap);
            json.WriteEndObject();
        }

        buffer.Write("}\n"u8);
        return buffer.WrittenSpan;
    }
}
