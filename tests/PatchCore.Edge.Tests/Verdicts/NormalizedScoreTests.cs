using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class NormalizedScoreTests
{
    [Theory]
    [InlineData(0f, 20f, 0f)]
    [InlineData(5f, 20f, 0.2f)]
    [InlineData(20f, 20f, 0.5f)]
    [InlineData(60f, 20f, 0.75f)]
    [InlineData(float.MaxValue, float.MaxValue, 0.5f)]
    [InlineData(float.MaxValue, 1f, 1f)]
    [InlineData(-3f, 20f, 0f)]
    // Thresholds that everything odd exceeds.
    [InlineData(0f, 0f, 0.5f)]
    [InlineData(1e-30f, 0f, 1f)]
    [InlineData(3f, -1f, 1f)]
    [InlineData(-2f, -1f, 0f)]
    [InlineData(-1f, -1f, 0.5f)]
    public void Score_over_score_and_threshold(float score, float threshold, float normalized) =>
        Assert.Equal(normalized, NormalizedScore.Of(score, threshold));

    [Theory]
    [InlineData(null, 1f)]
    [InlineData(1f, null)]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(1f, float.NegativeInfinity)]
    public void What_cannot_be_compared_has_none(float? score, float? threshold) =>
        Assert.Null(NormalizedScore.Of(score, threshold));

    [Fact]
    public void Verdict_and_half_agree_for_all_scores_next_to_all_thresholds()
    {
        var random = new Random(8);
        for (var i = 0; i < 200_000; i++)
        {
            var threshold = i % 50 == 0 ? 0 : BitConverter.Int32BitsToSingle(random.Next());
            var score = (i % 3) switch
            {
                0 => MathF.BitIncrement(threshold),
                1 => MathF.BitDecrement(threshold),
                _ => BitConverter.Int32BitsToSingle(random.Next()),
            };
            var normalized = NormalizedScore.Of(score, threshold);
            switch (Decision.Of(score, threshold))
            {
                case Verdict.Fail:
                    Assert.InRange(normalized!.Value, MathF.BitIncrement(0.5f), 1f);
                    break;
                case Verdict.Pass:
                    Assert.InRange(normalized!.Value, 0f, 0.5f);
                    break;
                default:
                    Assert.Null(normalized);
                    break;
            }
        }
    }

    [Fact]
    public void Normalized_scores_rise_with_the_scores()
    {
        float[] scores = [-1, 0, 1e-20f, 1, 19.99f, 20, 20.000002f, 21, 400, 1e30f];
        var normalized = Array.ConvertAll(scores, score => NormalizedScore.Of(score, 20f)!.Value);
        Assert.Equal(normalized.Order(), normalized);
    }
}
