using System.Buffers;
using System.Text;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class ResultMessageTests
{
    [Theory]
    [MemberData(nameof(Examples))]
    public void Message_reads_back_as_it_was_written(ResultMessage message) =>
        Assert.Equal(message, ResultMessage.Parse(Write(message)));

    [Fact]
    public void Verdicts_are_written_as_words()
    {
        Assert.Contains("\"verdict\":\"PASS\"", Text(MessageExamples.Pass), StringComparison.Ordinal);
        Assert.Contains("\"verdict\":\"FAIL\"", Text(MessageExamples.Fail), StringComparison.Ordinal);
        Assert.Contains("\"verdict\":\"ERROR\"", Text(MessageExamples.Error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Error_without_a_reason_still_has_one(string? reason)
    {
        var message = ResultMessage.Parse(Write(MessageExamples.Error with { Reason = reason }));
        Assert.Equal((Verdict.Error, "no reason given"), (message.Verdict, message.Reason));
    }

    [Theory]
    [InlineData(Verdict.Pass, null, 1f, "verdict PASS without a finite score")]
    [InlineData(Verdict.Pass, float.NaN, 1f, "verdict PASS without a finite score")]
    [InlineData(Verdict.Fail, float.PositiveInfinity, 1f, "verdict FAIL without a finite score")]
    [InlineData(Verdict.Pass, 0.5f, null, "verdict PASS without a finite threshold")]
    [InlineData(Verdict.Pass, 0.5f, float.NaN, "verdict PASS without a finite threshold")]
    [InlineData(Verdict.Pass, 1.5f, 1f, "verdict PASS with a score above the threshold")]
    public void Verdict_that_contradicts_its_numbers_goes_out_as_error(
        Verdict verdict, float? score, float? threshold, string reason)
    {
        var message = ResultMessage.Parse(
            Write(MessageExamples.Pass with { Verdict = verdict, Score = score, Threshold = threshold }));
        Assert.Equal((Verdict.Error, reason), (message.Verdict, message.Reason));
    }

    [Fact]
    public void Verdict_outside_the_enumeration_goes_out_as_error()
    {
        var message = ResultMessage.Parse(Write(MessageExamples.Pass with { Verdict = (Verdict)17 }));
        Assert.Equal((Verdict.Error, "no reason given"), (message.Verdict, message.Reason));
    }

    [Fact]
    public void Numbers_that_json_cannot_hold_are_omitted()
    {
        var text = Text(MessageExamples.Error with
        {
            Score = float.NaN,
            MaxDistance = float.PositiveInfinity,
            Latency = new(Queue: double.NaN, Total: double.PositiveInfinity),
        });
        Assert.DoesNotContain("score", text, StringComparison.Ordinal);
        Assert.DoesNotContain("maxDistance", text, StringComparison.Ordinal);
        Assert.Contains("\"latencyMs\":{}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_written_in_utc()
    {
        var local = new DateTimeOffset(2026, 3, 1, 10, 30, 0, 125, TimeSpan.FromHours(2));
        Assert.Contains(
            "\"capturedAt\":\"2026-03-01T08:30:00.125Z\"", Text(MessageExamples.Pass with { CapturedAt = local }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("größe 5 µm \"quoted\" \\ <b>")]
    [InlineData("🔩\u0001\n")]
    public void Any_text_survives_the_wire(string text)
    {
        var message = MessageExamples.Error with { Reason = text, PartId = text };
        Assert.Equal(message, ResultMessage.Parse(Write(message)));
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_stop_a_verdict()
    {
        var message = ResultMessage.Parse(Write(MessageExamples.Error with { Reason = "bad name \ud800.png" }));
        Assert.Equal("bad name \ufffd.png", message.Reason);
    }

    [Theory]
    [InlineData("\"verdict\":\"FAIL\"", "\"verdict\":\"Fail\"", "patchcore.result/1: verdict is 'Fail', expected PASS, FAIL or ERROR")]
    [InlineData("\"frameId\":1042", "\"frameId\":\"1042\"", "patchcore.result/1: frameId is \"1042\", expected an integer")]
    [InlineData("\"score\":3.25", "\"score\":null", "patchcore.result/1: score is null, expected a number")]
    [InlineData("\"station\":\"press-3\",", "", "patchcore.result/1: station is missing, expected text")]
    [InlineData("patchcore.result/1", "patchcore.result/2", "patchcore.result/1: schema is patchcore.result/2, expected 'patchcore.result/1'")]
    [InlineData("T08:30:00.125Z", " yesterday", "patchcore.result/1: capturedAt is '2026-03-01 yesterday', expected a time")]
    [InlineData("01KJM", "U1KJM", "result id is 'U1KJM89HZX0410C20A1G7104H0', expected 26 digits of Crockford's base 32")]
    public void Damaged_message_is_refused_and_the_property_named(string written, string damaged, string reason)
    {
        var text = Text(MessageExamples.Fail);
        Assert.Contains(written, text, StringComparison.Ordinal);
        var error = Assert.Throws<WireException>(() => ResultMessage.Parse(
            Encoding.UTF8.GetBytes(text.Replace(written, damaged, StringComparison.Ordinal))));
        Assert.Equal(reason, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("[]")]
    [InlineData("\"PASS\"")]
    [InlineData("{\"schema\":\"\\ud800\"}")]
    public void Text_that_is_no_message_is_refused(string text) =>
        Assert.Throws<WireException>(() => ResultMessage.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Name_with_half_a_character_is_written_as_unknown_character()
    {
        var message = MessageExamples.Pass with { PartId = "part-\ud83d" };
        Assert.Equal("part-\ufffd", ResultMessage.Parse(Write(message)).PartId);
    }

    [Fact]
    public void Property_that_a_later_version_added_is_ignored()
    {
        var text = Text(MessageExamples.Pass).Replace(
            "\"station\"", "\"shift\":{\"a\":[1]},\"station\"", StringComparison.Ordinal);
        Assert.Equal(MessageExamples.Pass, ResultMessage.Parse(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Writing_with_a_kept_writer_allocates_nothing()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new System.Text.Json.Utf8JsonWriter(buffer, WireFormat.WriterOptions);
        long allocated = 0;
        for (var i = 0; i < 3; i++)
        {
            buffer.ResetWrittenCount();
            json.Reset(buffer);
            var before = GC.GetAllocatedBytesForCurrentThread();
            MessageExamples.Fail.Write(json);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    public static TheoryData<ResultMessage> Examples() =>
        [MessageExamples.Pass, MessageExamples.Fail, MessageExamples.Error];

    private static byte[] Write(ResultMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        message.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static string Text(ResultMessage message) => Encoding.UTF8.GetString(Write(message));
}
