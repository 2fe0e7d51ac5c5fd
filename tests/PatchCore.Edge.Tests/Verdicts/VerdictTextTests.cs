using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class VerdictTextTests
{
    [Theory]
    [InlineData(Verdict.Pass, "PASS")]
    [InlineData(Verdict.Fail, "FAIL")]
    [InlineData(Verdict.Error, "ERROR")]
    public void Verdict_as_a_word_reads_back(Verdict verdict, string word)
    {
        Assert.Equal(word, VerdictText.Of(verdict));
        Assert.Equal(verdict, VerdictText.Parse(word));
    }

    [Fact]
    public void Verdict_outside_the_enumeration_is_an_error() => Assert.Equal("ERROR", VerdictText.Of((Verdict)17));

    [Theory]
    [InlineData("pass")]
    [InlineData("")]
    [InlineData("OK")]
    public void Word_that_is_no_verdict_is_refused(string word)
    {
        var e = Assert.Throws<FormatException>(() => VerdictText.Parse(word));
        Assert.Equal($"verdict is '{word}', expected PASS, FAIL or ERROR", e.Message);
    }
}
