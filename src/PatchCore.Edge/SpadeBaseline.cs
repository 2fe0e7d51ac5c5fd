using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>
/// What PatchCore has to beat: pixel matching in the style of SPADE (Cohen and Hoshen, arXiv 2005.02357), which keeps
/// every patch of every good frame and scores a patch by its nearest. Features are of strides 4, 8 and 16, on the grid
/// of stride 8, so that its bank is as fine as a PatchCore bank before the coreset. SPADE itself also chooses the good
/// frames that are most alike first, which is left out.
/// </summary>
public static class SpadeBaseline
{
    /// <summary>Of the layers the first gives the grid.</summary>
    private static readonly string[] Stages = ["stage:2", "stage:1", "stage:3"];

    /// <summary>
    /// Where MobileNetV2 has strides 8, 4 and 16; the default backbone is dilated, and has stride 8 in place of 16.
    /// </summary>
    private static readonly string[] MobileNetBlocks = ["5", "2", "12"];

    /// <summary>Frames that its threshold is set from: each searches all the others, which takes long.</summary>
    private const int CalibrationFrames = 20;

    /// <param name="like">The training that it stands beside: folders, backbone, image size, provider.</param>
    /// <exception cref="BackboneException">The backbone has not these stages.</exception>
    public static TrainingOptions Options(TrainingOptions like)
    {
        ArgumentNullException.ThrowIfNull(like);
        return like with
        {
            Layers = LayersOf(like.BackbonePath),
            CoresetRatio = 1,
            BankMax = 0,
            BankLatencyMs = 0,
            Projection = 0,
            MemoryMegabytes = TrainingOptions.MostMegabytes,
            Calibration = new CalibrationOptions { Frames = CalibrationFrames },
            Scoring = ScoreOptions.Default with { Reweighting = Reweighting.None },
        };
    }

    private static string[] LayersOf(string backbonePath)
    {
        var backbone = BackboneModel.Load(backbonePath);
        try
        {
            foreach (var stage in Stages)
                backbone.Layer(stage);
            return Stages;
        }
        catch (BackboneException) when (HasBlocks(backbone))
        {
            return MobileNetBlocks;
        }
    }

    private static bool HasBlocks(BackboneModel backbone)
    {
        try
        {
            foreach (var block in MobileNetBlocks)
                backbone.Layer(block);
            return true;
        }
        catch (BackboneException)
        {
            return false;
        }
    }
}
