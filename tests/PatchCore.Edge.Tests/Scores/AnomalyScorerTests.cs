using PatchCore.Edge.Scores;

namespace PatchCore.Edge.Tests.Scores;

public class AnomalyScorerTests
{
    private static readonly GoldenFile Golden = GoldenFile.Read("scoring.json");

    // The references were computed in float32 and keep 7 digits.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(Reweighting.None, "scoreMax")]
    [InlineData(Reweighting.Paper, "scorePaper")]
    [InlineData(Reweighting.Seed, "scoreSeed")]
    public void Score_by_each_formula_is_the_reference(Reweighting reweighting, string key)
    {
        var scorer = GoldenScorer(reweighting, MapUpsampling.Bilinear);

        var score = scorer.Score(Golden.Floats("query"));

        Assert.Equal(Golden.Double(key), score.Score, 1e-6 * Golden.Double(key));
        Assert.Equal(Golden.Double("scoreMax"), score.MaxDistance, Tolerance);
        Assert.Equal(Golden.Int("worstPatch"), score.WorstPatch);
        var nearest = Golden.Floats("neighbourDistances").Where((_, i) => i % Golden.Int("k") == 0).ToArray();
        for (var i = 0; i < nearest.Length; i++)
            Assert.Equal(nearest[i], scorer.PatchScores[i], Tolerance);
    }

    [Theory]
    [InlineData(MapUpsampling.Bilinear, "mapBilinearScipy")]
    [InlineData(MapUpsampling.Nearest, "mapNearestReflect")]
    public void Map_by_each_upsampling_is_the_reference(MapUpsampling upsampling, string key)
    {
        var scorer = GoldenScorer(Reweighting.None, upsampling);
        scorer.Score(Golden.Floats("query"));

        var expected = Golden.Floats(key);
        var map = scorer.Map();

        Assert.Equal(expected.Length, map.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], map[i], Tolerance);
    }

    [Theory]
    [InlineData(Reweighting.None, 0)]
    [InlineData(Reweighting.Paper, 1e30f)]
    [InlineData(Reweighting.Seed, 1e30f)]
    [InlineData(Reweighting.Paper, 3e38f)]
    [InlineData(Reweighting.Seed, 3e38f)]
    [InlineData(Reweighting.Paper, 0)]
    [InlineData(Reweighting.Seed, 0)]
    public void Score_of_any_finite_distance_is_finite(Reweighting reweighting, float distance)
    {
        var scorer = new AnomalyScorer(new ExactIndex([0, 0, 0, 0], 1), Options(reweighting, 4), 1, 1, 1, 1);

        var score = scorer.Score([distance]);

        // Four equal distances: softmax 1/4 each.
        Assert.Equal(distance, score.MaxDistance);
        Assert.Equal(reweighting == Reweighting.None ? distance : 0.75f * distance, score.Score);
    }

    [Fact]
    public void Score_with_neighbors_far_apart_neither_overflows_nor_cancels()
    {
        // Distances from the patch at 0: 1, 1e30. The paper's weight is 1 − e⁻¹ᴱ³⁰ = 1, the seed's 1 − 1 = 0.
        var index = new ExactIndex([1, 1e30f], 1);

        Assert.Equal(1f, new AnomalyScorer(index, Options(Reweighting.Paper, 2), 1, 1, 1, 1).Score([0]).Score);
        Assert.Equal(0f, new AnomalyScorer(index, Options(Reweighting.Seed, 2), 1, 1, 1, 1).Score([0]).Score);
    }

    [Fact]
    public void Score_with_a_weight_near_zero_keeps_its_digits()
    {
        // The seed's weight is e⁻³⁰ / (1 + e⁻³⁰), which 1 − softmax could not tell from 9.4e-14 ± 1e-16.
        var scorer = new AnomalyScorer(new ExactIndex([2, 32], 1), Options(Reweighting.Seed, 2), 1, 1, 1, 1);

        Assert.Equal(2 * Math.Exp(-30) / (1 + Math.Exp(-30)), scorer.Score([0]).Score, 1e-20);
    }

    [Fact]
    public void Score_with_a_bank_smaller_than_the_neighbors_uses_all_of_it()
    {
        var scorer = new AnomalyScorer(new ExactIndex([3, 4], 1), Options(Reweighting.Paper, 9), 1, 1, 1, 1);

        Assert.Equal(3 * (1 - Math.Exp(3) / (Math.Exp(3) + Math.Exp(4))), scorer.Score([0]).Score, 1e-6);
    }

    [Theory]
    [InlineData(Reweighting.Paper)]
    [InlineData(Reweighting.Seed)]
    public void Score_with_nothing_to_compare_with_is_the_distance(Reweighting reweighting)
    {
        Assert.Equal(
            3f, new AnomalyScorer(new ExactIndex([3], 1), Options(reweighting, 9), 1, 1, 1, 1).Score([0]).Score);
        Assert.Equal(
            3f, new AnomalyScorer(new ExactIndex([3, 4], 1), Options(reweighting, 1), 1, 1, 1, 1).Score([0]).Score);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Score_with_a_patch_that_was_not_measured_is_no_number(float value)
    {
        var scorer = new AnomalyScorer(new ExactIndex([0, 1], 1), Options(Reweighting.None, 1), 1, 3, 3, 3);

        var score = scorer.Score([5, value, 2]);

        Assert.Equal(float.NaN, score.Score);
        Assert.Equal(1, score.WorstPatch);
    }

    [Fact]
    public void Worst_patch_of_equals_is_the_first()
    {
        var scorer = new AnomalyScorer(new ExactIndex([0], 1), Options(Reweighting.None, 1), 2, 2, 2, 2);

        Assert.Equal(1, scorer.Score([1, 7, -7, 7]).WorstPatch);
    }

    [Fact]
    public void Scoring_searches_one_neighbor_for_all_patches_and_more_for_the_worst_alone()
    {
        var index = new ExactIndex([0, 1, 2], 1);
        new AnomalyScorer(index, Options(Reweighting.None, 3), 2, 2, 2, 2).Score([1, 2, 3, 4]);
        Assert.Equal(1, index.Searches);

        new AnomalyScorer(index, Options(Reweighting.Paper, 3), 2, 2, 2, 2).Score([1, 2, 3, 4]);
        Assert.Equal(3, index.Searches);
    }

    [Fact]
    public void Scoring_with_a_map_allocates_nothing()
    {
        var scorer = GoldenScorer(Reweighting.Paper, MapUpsampling.Bilinear);
        var query = Golden.Floats("query");

        Assert.Equal(0, Allocation.Of(() =>
        {
            scorer.Score(query);
            scorer.Map();
        }));
    }

    [Fact]
    public void Map_after_another_frame_is_of_that_frame()
    {
        var scorer = new AnomalyScorer(new ExactIndex([0], 1), Options(Reweighting.None, 1), 1, 1, 2, 2);

        scorer.Score([3]);
        Assert.Equal([3, 3, 3, 3], scorer.Map().ToArray());
        scorer.Score([5]);
        Assert.Equal([5, 5, 5, 5], scorer.Map().ToArray());
    }

    [Fact]
    public void Map_before_any_frame_is_refused()
    {
        var scorer = new AnomalyScorer(new ExactIndex([0], 1), Options(Reweighting.None, 1), 1, 1, 1, 1);
        Assert.Throws<InvalidOperationException>(() => scorer.Map().Length);
    }

    [Fact]
    public void Embedding_of_another_shape_is_refused()
    {
        var scorer = new AnomalyScorer(new ExactIndex([0, 0], 2), Options(Reweighting.None, 1), 1, 2, 1, 1);

        var e = Assert.Throws<ArgumentException>(() => scorer.Score(new float[3]));
        Assert.Contains("has 3 values, expected 2 patches × 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Index_without_vectors_is_refused() => Assert.Throws<ArgumentException>(
        () => new AnomalyScorer(new ExactIndex([], 1), Options(Reweighting.None, 1), 1, 1, 1, 1));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(9, -1)]
    [InlineData(9, double.NaN)]
    public void Options_out_of_range_are_refused(int neighbors, double sigma) => Assert.Throws<ArgumentException>(
        () => new AnomalyScorer(
            new ExactIndex([0], 1), new ScoreOptions(Reweighting.None, neighbors, sigma, MapUpsampling.Bilinear),
            1, 1, 1, 1));

    private static ScoreOptions Options(Reweighting reweighting, int neighbors) =>
        ScoreOptions.Default with { Reweighting = reweighting, Neighbors = neighbors };

    private static AnomalyScorer GoldenScorer(Reweighting reweighting, MapUpsampling upsampling) => new(
        new ExactIndex(Golden.Floats("bank"), Golden.Int("dim")),
        new ScoreOptions(reweighting, Golden.Int("k"), Golden.Double("sigma"), upsampling),
        7, 7, Golden.Int("mapSize"), Golden.Int("mapSize"));
}
