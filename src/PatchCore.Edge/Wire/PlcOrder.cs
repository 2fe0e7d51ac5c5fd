using System.Globalization;
using System.Text;

namespace PatchCore.Edge.Wire;

/// <summary>
/// What a controller that cannot write JSON says: "T 18 part-17" triggers with number and, if wanted, a part's name;
/// "A 18" acknowledges the result of that number.
/// </summary>
public static class PlcOrder
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The command that it stands for. Blanks, line ends and zero bytes behind it are padding.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static CommandMessage Parse(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = Strict.GetString(utf8).TrimEnd(' ', '\0', '\r', '\n');
        }
        catch (DecoderFallbackException error)
        {
            throw new WireException("not UTF-8, expected T or A, a space and a number", error);
        }

        var parts = text.Split(' ', 3);
        var number = 0;
        var isNumbered = parts.Length > 1
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
        return (parts, isNumbered) switch
        {
            (["T", _, .. var name], true) => new()
            {
                Command = CommandKind.Trigger,
                Number = number,
                PartId = name is [var part] ? part : null,
            },
            (["A", _], true) => new() { Command = CommandKind.AcknowledgeResult, Number = number },
            _ => throw new WireException(
                $"found '{text}', expected T, a number and a part's name or none, as in 'T 18 part-17', or A and a "
                    + "number, as in 'A 18'"),
        };
    }
}
