using System.Text;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class PlcResultTests
{
    [Theory]
    [InlineData(Verdict.Pass, 1, "P 1")]
    [InlineData(Verdict.Fail, 1042, "F 1042")]
    [InlineData(Verdict.Error, 0, "E 0")]
    [InlineData(Verdict.Pass, int.MaxValue, "P 2147483647")]
    public void Verdict_is_a_letter_and_a_number(Verdict verdict, int number, string text)
    {
        var buffer = new byte[PlcResult.MaxLength];

        var length = new PlcResult(verdict, number).Format(buffer);

        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, length));
        Assert.Equal(new PlcResult(verdict, number), PlcResult.Parse(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void What_is_no_verdict_is_an_error()
    {
        var buffer = new byte[PlcResult.MaxLength];

        new PlcResult((Verdict)7, 1).Format(buffer);

        Assert.Equal((byte)'E', buffer[0]);
    }

    [Fact]
    public void Largest_number_is_followed_by_one_since_zero_is_a_start()
    {
        Assert.Equal(1, PlcResult.Started.NextNumber);
        Assert.Equal(1, new PlcResult(Verdict.Pass, int.MaxValue).NextNumber);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("P ")]
    [InlineData("X 1")]
    [InlineData("P 1 ")]
    [InlineData("P -1")]
    [InlineData("P 2147483648")]
    [InlineData("\u00ff 1")]
    public void Other_text_is_no_result(string text) =>
        Assert.Throws<WireException>(() => PlcResult.Parse(Encoding.Latin1.GetBytes(text)));
}
