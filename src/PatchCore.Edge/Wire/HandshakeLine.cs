using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// A handshake for a controller that cannot read JSON, every field at a fixed place: state (O, N, R, B, V), verdict (P,
/// F, E while a result is held, else -), and ten digits each of run, heartbeat, trigger, result, missed and timed out.
/// </summary>
public static class HandshakeLine
{
    /// <summary>Bytes of each.</summary>
    public const int Length = 3 + (Numbers * (Digits + 1));

    private const int Numbers = 6;
    private const int Digits = 10;
    private const string States = "ONRBV";

    /// <summary>Writes ASCII.</summary>
    /// <param name="handshake">What to tell.</param>
    /// <param name="into"><see cref="Length"/> bytes or more.</param>
    public static void Format(in HandshakeSnapshot handshake, Span<byte> into)
    {
        into[0] = (byte)States[(int)handshake.State];
        into[1] = (byte)' ';
        into[2] = handshake is { IsResultValid: true, Verdict: { } verdict }
            ? PlcResult.LetterOf(verdict) : (byte)'-';
        var at = 3;
        foreach (var number in (ReadOnlySpan<int>)
        [
            handshake.Run, handshake.Heartbeat, handshake.Trigger, handshake.Result, handshake.Missed,
            handshake.TimedOut,
        ])
        {
            into[at] = (byte)' ';
            Utf8Formatter.TryFormat(number, into[(at + 1)..], out _, new('D', Digits));
            at += Digits + 1;
        }
    }

    /// <summary>What a subscriber received; the line does not hold the rest.</summary>
    /// <exception cref="WireException">Not such a line.</exception>
    public static HandshakeSnapshot Parse(ReadOnlySpan<byte> ascii)
    {
        var text = Encoding.Latin1.GetString(ascii);
        Span<int> numbers = stackalloc int[Numbers];
        var state = text.Length == Length ? States.IndexOf(text[0], StringComparison.Ordinal) : -1;
        var good = state >= 0 && text[1] == ' ' && (text[2] == '-' || PlcResult.Letters.Contains(text[2]));
        for (var i = 0; i < Numbers && good; i++)
        {
            var at = 3 + (i * (Digits + 1));
            good = text[at] == ' ' && int.TryParse(
                text.AsSpan(at + 1, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]);
        }

        if (!good)
        {
            throw new WireException(
                $"handshake is '{text}', expected a state, a verdict and {Numbers} numbers, {Length} characters");
        }

        return new HandshakeSnapshot
        {
            State = (HandshakeState)state,
            Verdict = text[2] == '-' ? null : (Verdict)PlcResult.Letters.IndexOf(text[2], StringComparison.Ordinal),
            Run = numbers[0],
            Heartbeat = numbers[1],
            Trigger = numbers[2],
            Result = numbers[3],
            Missed = numbers[4],
            TimedOut = numbers[5],
        };
    }
}
