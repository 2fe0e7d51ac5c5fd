using System.Buffers;
using System.Text;
using System.Text.Json;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class CommandMessageTests
{
    [Fact]
    public void Command_reads_back_as_it_was_written()
    {
        foreach (var command in (CommandMessage[])
        [
            CommandExamples.Trigger, CommandExamples.UseRecipe, CommandExamples.SetThreshold,
            CommandExamples.Acknowledge, CommandExamples.Confirm, CommandExamples.AddToBank,
            CommandExamples.TriggerNumber, CommandExamples.AcknowledgeResult,
        ])
        {
            Assert.Equal(command, CommandMessage.Parse(Write(command.Write)));
        }
    }

    [Fact]
    public void Reply_reads_back_as_it_was_written()
    {
        foreach (var reply in (CommandReply[])
        [
            CommandExamples.Accepted, CommandExamples.Refused, CommandExamples.Status, CommandExamples.Snapshot,
            CommandExamples.Confirmed, CommandExamples.Learning, CommandExamples.Learned, CommandExamples.Missed,
        ])
        {
            Assert.Equal(reply, CommandReply.Parse(Write(reply.Write)));
        }
    }

    [Theory]
    [InlineData("""{"command":"threshold"}""", "threshold is missing, expected a number")]
    [InlineData("""{"command":"threshold","threshold":"2"}""", "threshold is \"2\", expected a number")]
    [InlineData("""{"command":"threshold","threshold":0}""", "threshold is 0, expected a score above 0")]
    [InlineData("""{"command":"threshold","threshold":-1.5}""", "threshold is -1.5, expected a score above 0")]
    [InlineData("""{"command":"threshold","threshold":1e60}""", "threshold is 1E+60, expected a score above 0")]
    [InlineData("""{"command":"threshold","threshold":1e-60}""", "threshold is 1E-60, expected a score above 0")]
    [InlineData("""{"command":"threshold","threshold":1e999}""", "expected a score above 0")]
    [InlineData("""{"command":"acknowledge"}""", "alarm is missing, expected text")]
    [InlineData("""{"command":"acknowledge","alarm":"fire"}""", "alarm is 'fire', expected drift, archive, camera")]
    [InlineData("""{"command":"acknowledgeResult"}""", "number is missing, expected a number, or partId")]
    [InlineData("""{"command":"acknowledgeResult","number":-1}""", "number is -1, expected 0 to 2147483647")]
    [InlineData("""{"command":"trigger","number":2147483648}""", "number is 2147483648, expected 0 to 2147483647")]
    [InlineData("""{"command":"trigger","number":1.5}""", "number is 1.5, expected an integer")]
    [InlineData("""{"command":"pause","sentAt":"yesterday"}""", "sentAt is 'yesterday', expected a time")]
    [InlineData("""{"command":"PAUSE"}""", "command is 'PAUSE', expected trigger, recipe")]
    [InlineData("""{"command":"confirm"}""", "id is missing, expected the id of a result, or partId")]
    [InlineData("""{"command":"confirm","id":"17"}""", "result id is '17', expected 26 digits")]
    [InlineData("""{"command":"confirm","partId":"a","good":"no"}""", "good is missing or no boolean, expected true")]
    [InlineData("""{"command":"bank/add","last":0}""", "last is 0, expected 1 or more")]
    [InlineData("""{"command":"bank/add","last":1.5}""", "last is 1.5, expected an integer")]
    [InlineData("""{"command":"bank/add","last":3000000000}""", "last is 3000000000, expected 1 or more")]
    [InlineData("""{"command":"trigger","partId":"\ud800"}""", "not a message of schema")]
    public void Command_that_is_wrong_is_refused_with_what_was_expected(string text, string reason)
    {
        var payload = text.Replace("{", """{"schema":"patchcore.command/1",""", StringComparison.Ordinal);

        var error = Assert.Throws<WireException>(() => CommandMessage.Parse(Encoding.UTF8.GetBytes(payload)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
