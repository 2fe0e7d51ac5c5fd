using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PatchCore.Edge.Native;

/// <summary>
/// Correlation data of a message: bytes that mean something to whoever sent them, and nobody else. Equal if the bytes
/// are.
/// </summary>
public sealed class CorrelationData : IEquatable<CorrelationData>
{
    private readonly byte[] _bytes;

    /// <summary>Takes a copy.</summary>
    /// <param name="bytes">At most 65535.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    public CorrelationData(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ushort.MaxValue)
        {
            throw new ArgumentException(
                $"found {bytes.Length} bytes, expected at most {ushort.MaxValue}", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public int Length => _bytes.Length;

    /// <summary>A text as UTF-8; null for null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator CorrelationData?(string? text) => FromString(text);

    /// <inheritdoc cref="op_Implicit"/>
    [return: NotNullIfNotNull(nameof(text))]
    public static CorrelationData? FromString(string? text) =>
        text is null ? null : new CorrelationData(Encoding.UTF8.GetBytes(text));

    public bool Equals(CorrelationData? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as CorrelationData);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The text that it is as UTF-8; what is none has replacement characters.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes);
}
