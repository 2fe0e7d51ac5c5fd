using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// A verdict for a controller that cannot read JSON: "P 1042", "F 1043", "E 1044". The number counts results from 1 on;
/// "E 0" says that the station has started and counts anew.
/// </summary>
/// <param name="Verdict">Of the part.</param>
/// <param name="Number">0 to 2147483647, the largest number of a signed double word.</param>
public readonly record struct PlcResult(Verdict Verdict, int Number)
{
    /// <summary>Of the verdicts, in the order of their values.</summary>
    internal const string Letters = "EPF";

    /// <summary>Bytes of the longest one.</summary>
    public const int MaxLength = 12;

    /// <summary>What says that counting begins. No part, and surely no pass.</summary>
    public static PlcResult Started => new(Verdict.Error, 0);

    /// <summary>The number after this one; after the largest comes 1, for 0 means a start.</summary>
    public int NextNumber => After(Number);

    /// <summary>Writes ASCII; returns its length. What is no verdict is written as E.</summary>
    /// <param name="into"><see cref="MaxLength"/> bytes or more.</param>
    public int Format(Span<byte> into)
    {
        into[0] = LetterOf(Verdict);
        into[1] = (byte)' ';
        return Utf8Formatter.TryFormat(Number, into[2..], out var length)
            ? length + 2
            : throw new ArgumentException($"found {into.Length} bytes, expected {MaxLength}", nameof(into));
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a letter, a space and a number.</exception>
    public static PlcResult Parse(ReadOnlySpan<byte> ascii)
    {
        var text = Encoding.Latin1.GetString(ascii);
        var verdict = text.Length > 2 && text[1] == ' ' ? Letters.IndexOf(text[0], StringComparison.Ordinal) : -1;
        return verdict >= 0
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new PlcResult((Verdict)verdict, number)
            : throw new WireException($"PLC result is '{text}', expected P, F or E, a space and a number");
    }

    /// <summary>What is no verdict is written as E.</summary>
    internal static byte LetterOf(Verdict verdict) => (byte)(verdict switch
    {
        Verdict.Pass => 'P',
        Verdict.Fail => 'F',
        _ => 'E',
    });

    internal static int After(int number) => number == int.MaxValue ? 1 : number + 1;
}
