using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PatchCore.Edge.Wire;

/// <summary>
/// Names one result for ever: 48 bits of Unix milliseconds and 80 random bits, written as 26 characters of Crockford's
/// base 32 (the ULID layout), so that ids sort by time as text too.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ResultId : IComparable<ResultId>
{
    public const int Length = 26;

    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private readonly UInt128 _value;

    /// <param name="milliseconds">Since 1970, 0 to 2⁴⁸ − 1.</param>
    /// <param name="random">80 bits.</param>
    public ResultId(long milliseconds, UInt128 random) =>
        _value = ((UInt128)milliseconds << 80) | (random & RandomMask);

    private ResultId(UInt128 value) => _value = value;

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(_value >> 80));

    internal static UInt128 RandomMask => (UInt128.One << 80) - 1;

    /// <exception cref="WireException">Not 26 digits, or too large.</exception>
    public static ResultId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != Length || text[0] > '7')
            throw Invalid(text);
        var value = UInt128.Zero;
        foreach (var digit in text)
        {
            var index = Digits.IndexOf(digit, StringComparison.Ordinal);
            value = index >= 0 ? (value << 5) | (uint)index : throw Invalid(text);
        }

        return new(value);
    }

    public static bool operator <(ResultId left, ResultId right) => left._value < right._value;

    public static bool operator >(ResultId left, ResultId right) => left._value > right._value;

    public static bool operator <=(ResultId left, ResultId right) => left._value <= right._value;

    public static bool operator >=(ResultId left, ResultId right) => left._value >= right._value;

    public int CompareTo(ResultId other) => _value.CompareTo(other._value);

    /// <summary>Writes the 26 characters as UTF-8.</summary>
    public void Format(Span<byte> utf8)
    {
        var value = _value;
        for (var i = Length - 1; i >= 0; i--, value >>= 5)
            utf8[i] = (byte)Digits[(int)(value & 31)];
    }

    public override string ToString()
    {
        Span<byte> utf8 = stackalloc byte[Length];
        Format(utf8);
        return System.Text.Encoding.ASCII.GetString(utf8);
    }

    [DoesNotReturn]
    private static WireException Invalid(string text) =>
        throw new WireException($"result id is '{text}', expected {Length} digits of Crockford's base 32");
}
