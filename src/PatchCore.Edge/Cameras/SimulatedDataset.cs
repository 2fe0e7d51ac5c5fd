using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>How many parts of a simulated line to write as a dataset.</summary>
public sealed record SimulatedDatasetOptions
{
    /// <summary>
    /// Size and seed of the parts. Its own seed by default: a model must not meet the parts it was trained on.
    /// </summary>
    public SimulatedLineOptions Line { get; init; } = new() { Seed = 1 };

    public int TrainGood { get; init; } = 120;

    public int TestGood { get; init; } = 40;

    /// <summary>Parts with a defect, of each kind.</summary>
    public int TestEachDefect { get; init; } = 10;

    public int Total => TrainGood + TestGood + (TestEachDefect * DefectKindNames.Defects.Count);
}

/// <summary>
/// Writes train/good, test/good, test/&lt;kind&gt; and ground_truth/&lt;kind&gt;/&lt;name&gt;_mask.png, the layout that
/// industrial anomaly datasets use. Every part has an index of its own, so none is in two sets.
/// </summary>
public static class SimulatedDataset
{
    /// <param name="directory">Made if need be; files of the same names are overwritten.</param>
    /// <param name="options">How many parts, and which.</param>
    /// <param name="progress">Told the number of parts written so far.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>The number of parts written.</returns>
    public static int Write(
        string directory, SimulatedDatasetOptions options, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Line.Validate();
        using var frame = NativeImage.Create(options.Line.Width, options.Line.Height, PixelFormat.Bgr24);
        using var mask = NativeImage.Create(options.Line.Width, options.Line.Height, PixelFormat.Gray8);
        var written = 0;
        WriteSet("train", DefectKind.None, options.TrainGood);
        WriteSet("test", DefectKind.None, options.TestGood);
        foreach (var defect in DefectKindNames.Defects)
            WriteSet("test", defect, options.TestEachDefect);
        return written;

        void WriteSet(string set, DefectKind defect, int count)
        {
            var pictures = Path.Combine(directory, set, defect.ToTruth());
            var truths = Path.Combine(directory, "ground_truth", defect.ToTruth());
            Directory.CreateDirectory(pictures);
            if (defect != DefectKind.None)
                Directory.CreateDirectory(truths);
            for (var i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = SimulatedPart.Describe(options.Line, options.Line.First + written, defect);
                var name = i.ToString("000", System.Globalization.CultureInfo.InvariantCulture);
                part.Render(frame);
                frame.Write(Path.Combine(pictures, name + ".png"));
                if (defect != DefectKind.None)
                {
                    part.RenderMask(mask);
                    mask.Write(Path.Combine(truths, name + "_mask.png"));
                }

                written++;
                progress?.Report(written);
            }
        }
    }
}
