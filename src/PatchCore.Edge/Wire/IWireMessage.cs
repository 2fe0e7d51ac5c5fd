using System.Buffers;
using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>What a station publishes, or takes, as JSON.</summary>
public interface IWireMessage
{
    /// <summary>
    /// Writes the message; <paramref name="json"/> made with <see cref="WireFormat.WriterOptions"/>, and is flushed.
    /// </summary>
    public void Write(Utf8JsonWriter json);
}

/// <summary>Messages as bytes, for those that are not on the way of every frame.</summary>
public static class WireMessages
{
    /// <summary>As <see cref="IWireMessage.Write"/>, with a writer of its own.</summary>
    public static void WriteTo<T>(this T message, IBufferWriter<byte> buffer)
        where T : IWireMessage
    {
        using var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions);
        message.Write(json);
    }

    /// <summary>The message as UTF-8.</summary>
    public static byte[] ToUtf8<T>(this T message)
        where T : IWireMessage
    {
        var buffer = new ArrayBufferWriter<byte>();
        message.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
