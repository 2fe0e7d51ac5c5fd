using System.Text;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class HandshakeLineTests
{
    [Fact]
    public void Held_result_is_a_line_of_fixed_fields()
    {
        Assert.Equal(
            "V F 1273950126 0000001042 0000000018 0000000018 0000000003 0000000001", Line(MessageExamples.Held.Handshake));
        Assert.Equal(
            "N - 1273950126 0000001043 0000000018 0000000018 0000000003 0000000001",
            Line(MessageExamples.Unready.Handshake));
    }

    [Theory]
    [InlineData(HandshakeState.Offline, null, "O -")]
    [InlineData(HandshakeState.Ready, null, "R -")]
    [InlineData(HandshakeState.Busy, null, "B -")]
    [InlineData(HandshakeState.Busy, Verdict.Pass, "B -")]
    [InlineData(HandshakeState.ResultValid, Verdict.Pass, "V P")]
    [InlineData(HandshakeState.ResultValid, Verdict.Error, "V E")]
    [InlineData(HandshakeState.ResultValid, (Verdict)7, "V E")]
    public void Verdict_is_told_while_it_is_held(HandshakeState state, Verdict? verdict, string start)
    {
        var line = Line(new() { State = state, Verdict = verdict, Run = int.MaxValue, Missed = int.MaxValue });

        Assert.Equal(start + " 2147483647 0000000000 0000000000 0000000000 2147483647 0000000000", line);
        Assert.Equal(state, HandshakeLine.Parse(Encoding.ASCII.GetBytes(line)).State);
    }

    [Fact]
    public void Line_reads_back_as_it_was_written()
    {
        var held = MessageExamples.Held.Handshake;

        var read = HandshakeLine.Parse(Encoding.ASCII.GetBytes(Line(held)));

        Assert.Equal(held, read with
        {
            PartId = held.PartId,
            ResultId = held.ResultId,
            WrongAcknowledgements = 2,
            LateAcknowledgements = 1,
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("V F 1273950126 0000001042 0000000018 0000000018 0000000003")]
    [InlineData("X F 1273950126 0000001042 0000000018 0000000018 0000000003 0000000001")]
    [InlineData("V X 1273950126 0000001042 0000000018 0000000018 0000000003 0000000001")]
    [InlineData("V F 9999999999 0000001042 0000000018 0000000018 0000000003 0000000001")]
    [InlineData("V F 1273950126 0000001042 0000000018 000000001800000000003 0000000001")]
    public void Other_text_is_no_handshake(string text) =>
        Assert.Throws<WireException>(() => HandshakeLine.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Message_reads_back_as_it_was_written()
    {
        Assert.Equal(MessageExamples.Held, HandshakeMessage.Parse(MessageExamples.Held.ToUtf8()));
        Assert.Equal(MessageExamples.Unready, HandshakeMessage.Parse(MessageExamples.Unready.ToUtf8()));
    }

    [Theory]
    [InlineData("T 18 part-17", 18, "part-17")]
    [InlineData("T 0000000018 part 17, left ", 18, "part 17, left")]
    [InlineData("T 18\r\n", 18, null)]
    [InlineData("T 2147483647 \0\0\0", int.MaxValue, null)]
    public void Order_to_trigger_has_a_number_and_a_name_or_none(string text, int number, string? part) =>
        Assert.Equal(
            new CommandMessage { Command = CommandKind.Trigger, Number = number, PartId = part },
            PlcOrder.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Order_to_acknowledge_has_a_number() => Assert.Equal(
        new CommandMessage { Command = CommandKind.AcknowledgeResult, Number = 18 },
        PlcOrder.Parse("A 0000000018 "u8));

    [Theory]
    [InlineData("")]
    [InlineData("T")]
    [InlineData("T ")]
    [InlineData("T part-17")]
    [InlineData("T 0")]
    [InlineData("T -1")]
    [InlineData("T 2147483648")]
    [InlineData("A")]
    [InlineData("A 18 part-17")]
    [InlineData("t 18")]
    [InlineData("T  18")]
    [InlineData("{}")]
    public void Other_order_is_refused(string text)
    {
        var error = Assert.Throws<WireException>(() => PlcOrder.Parse(Encoding.UTF8.GetBytes(text)));

        Assert.Contains("expected T, a number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_that_is_not_utf8_is_refused() => Assert.Equal(
        "not UTF-8, expected T or A, a space and a number",
        Assert.Throws<WireException>(() => PlcOrder.Parse([(byte)'T', 0xff])).Message);

    private static string Line(HandshakeSnapshot handshake)
    {
        var buffer = new byte[HandshakeLine.Length];
        HandshakeLine.Format(handshake, buffer);
        return Encoding.ASCII.GetString(buffer);
    }
}
