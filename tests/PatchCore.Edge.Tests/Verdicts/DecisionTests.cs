using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class DecisionTests
{
    [Theory]
    [InlineData(2.5f, 2.5f, Verdict.Pass)]
    [InlineData(0f, 2.5f, Verdict.Pass)]
    [InlineData(2.5000002f, 2.5f, Verdict.Fail)]
    [InlineData(float.MaxValue, 2.5f, Verdict.Fail)]
    [InlineData(float.NaN, 2.5f, Verdict.Error)]
    [InlineData(float.PositiveInfinity, 2.5f, Verdict.Error)]
    [InlineData(float.NegativeInfinity, 2.5f, Verdict.Error)]
    [InlineData(1f, float.NaN, Verdict.Error)]
    [InlineData(1f, float.PositiveInfinity, Verdict.Error)]
    public void Decision_on_a_score_never_passes_what_was_not_measured(
        float score, float threshold, Verdict expected) =>
        Assert.Equal(expected, Decision.Of(score, threshold));
}
