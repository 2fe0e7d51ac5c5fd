using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class LabeledThresholdTests
{
    [Theory]
    [InlineData(new[] { 1f, 2f, 3f }, new[] { 5f, 9f }, 4f)]
    // F1 0.8 with all three and one false alarm of 6, which beats 2/3 without the one below.
    [InlineData(new[] { 1f, 2f, 6f }, new[] { 4f, 7f, 9f }, 3f)]
    // One defect deep among the good ones is not worth them.
    [InlineData(new[] { 2f, 3f, 4f, 5f, 6f }, new[] { 1f, 8f, 9f, 9f }, 7f)]
    public void Best_f1_lies_halfway_between_what_it_parts(float[] good, float[] defective, float threshold) =>
        Assert.Equal(threshold, LabeledThreshold.BestF1(good, defective));

    [Theory]
    [InlineData(new[] { 1f, 2f, 6f }, new[] { 4f, 7f }, 3f)]
    [InlineData(new[] { 1f, 2f, 3f }, new[] { 9f, 5f }, 4f)]
    public void Full_recall_lies_between_the_lowest_defect_and_the_good_one_below(
        float[] good, float[] defective, float threshold) =>
        Assert.Equal(threshold, LabeledThreshold.FullRecall(good, defective));

    [Fact]
    public void Defect_below_all_good_or_a_hair_above_one_still_fails()
    {
        var next = MathF.BitIncrement(2f);
        foreach (var (good, defect) in (ReadOnlySpan<(float, float)>)[(5f, 1f), (2f, next), (1f, 1f), (0f, 0f)])
        {
            var threshold = LabeledThreshold.FullRecall([good], [defect]);
            Assert.Equal(Verdict.Fail, Decision.Of(defect, threshold));
            if (good < defect)
                Assert.Equal(Verdict.Pass, Decision.Of(good, threshold));
        }
    }

    [Fact]
    public void All_defects_fail_and_f1_is_the_best_there_is_whatever_the_scores()
    {
        var random = new Random(2);
        for (var i = 0; i < 200; i++)
        {
            // Few different values, so that many tie.
            float[] good = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (float)random.Next(12))];
            float[] defective = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (float)random.Next(4, 16))];

            Assert.All(defective, score => Assert.True(score > LabeledThreshold.FullRecall(good, defective)));
            Assert.Equal(
                Enumerable.Range(-1, 18).Max(t => F1(good, defective, t + 0.5f)),
                F1(good, defective, LabeledThreshold.BestF1(good, defective)));
        }
    }

    [Fact]
    public void One_kind_alone_is_refused()
    {
        Assert.Contains(
            "0 good and 1 defective frames",
            Assert.Throws<ArgumentException>(() => LabeledThreshold.BestF1([], [1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LabeledThreshold.FullRecall([1], []));
        Assert.Throws<ArgumentException>(() => LabeledThreshold.FullRecall([1], [float.NaN]));
    }

    private static double F1(float[] good, float[] defective, float threshold)
    {
        double found = defective.Count(score => score > threshold);
        return 2 * found / (found + good.Count(score => score > threshold) + defective.Length);
    }
}
