using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>
/// Judges a bundle on a data set of the usual layout: <c>test/&lt;class&gt;/&lt;name&gt;.png</c>, where the class
/// <c>good</c> has no defects, and <c>ground_truth/&lt;class&gt;/&lt;name&gt;_mask.png</c>, white where the defect is.
/// </summary>
public static class Evaluation
{
    public const string GoodClass = "good";

    /// <exception cref="EvaluationException">The folder has not that layout.</exception>
    public static EvaluationReport Run(
        string dataset, InspectionModel model, Action<int, int>? progress, CancellationToken stop)
    {
        var pictures = List(dataset);
        using var inspector = model.CreateInspector();
        var judged = new List<JudgedImage>(pictures.Count);
        foreach (var (path, name) in pictures)
        {
            stop.ThrowIfCancellationRequested();
            judged.Add(Judge(dataset, path, name, inspector));
            progress?.Invoke(judged.Count, pictures.Count);
        }

        var defects = judged.Select(j => j.Image.Class).Where(c => c != GoodClass).Distinct()
            .Order(StringComparer.Ordinal);
        return new EvaluationReport(
            dataset,
            model.Bundle.Manifest.Id,
            model.Session.Provider,
            inspector.Threshold,
            Measure(judged),
            defects.ToDictionary(
                c => c, c => Measure([.. judged.Where(j => j.Image.Class == c || j.Image.Class == GoodClass)])),
            Count(judged),
            judged.Count(j => j.Image.Class != GoodClass && j.Mask is null),
            Median(judged),
            [.. judged.Select(j => j.Image)]);
    }

    private static List<(string Path, string Class)> List(string dataset)
    {
        var test = Path.Combine(dataset, "test");
        if (!Directory.Exists(test))
        {
            throw new EvaluationException(
                $"{dataset}: found no folder 'test'; expected test/<class>/<name>.png with a class 'good'");
        }

        var pictures = Directory.GetDirectories(test)
            .Order(StringComparer.Ordinal)
            .SelectMany(folder => ImageFolder.List(folder).Select(path => (path, Path.GetFileName(folder))))
            .ToList();
        return pictures.Count > 0
            ? pictures
            : throw new EvaluationException(
                $"{test}: found no pictures in its class folders; expected {string.Join(' ', ImageFolder.Extensions)}");
    }

    private static JudgedImage Judge(string dataset, string path, string name, Inspector inspector)
    {
        var shown = Path.GetRelativePath(dataset, path);
        try
        {
            using var image = NativeImage.Read(path);
            var inspection = inspector.Inspect(image);
            if (inspection.Reason is { } reason)
                return NotInspected(shown, name, reason);
            var map = inspector.Map().ToArray();
            var size = inspector.Model.Bundle.Manifest.Preprocessing;
            var score = inspection.Score;
            return new JudgedImage(
                new EvaluatedImage(shown, name, inspection.Verdict, score.Score, score.MaxDistance, null),
                map,
                name == GoodClass ? new bool[map.Length] : ReadMask(dataset, path, name, size.Width, size.Height),
                inspection.Times.Total);
        }
        catch (NativeException e)
        {
            return NotInspected(shown, name, e.Message);
        }
    }

    private static JudgedImage NotInspected(string path, string name, string reason) =>
        new(new EvaluatedImage(path, name, Verdict.Error, null, null, reason), [], null, default);

    /// <summary>
    /// The mask at the size of the map, by nearest neighbor as a mask has no values in between; null if there is none.
    /// </summary>
    private static bool[]? ReadMask(string dataset, string path, string name, int width, int height)
    {
        var file = Path.Combine(dataset, "ground_truth", name, Path.GetFileNameWithoutExtension(path) + "_mask.png");
        if (!File.Exists(file))
            return null;

        using var image = NativeImage.Read(file);
        var pixels = image.Pixels;
        var (columns, rows, channels) = (image.Width, image.Height, (int)image.Format);
        var mask = new bool[width * height];
        for (var y = 0; y < height; y++)
        {
            var row = (int)((long)y * rows / height) * columns;
            for (var x = 0; x < width; x++)
                mask[(y * width) + x] = pixels[(row + (int)((long)x * columns / width)) * channels] > 127;
        }

        return mask;
    }

    private static EvaluationMetrics Measure(IReadOnlyList<JudgedImage> judged)
    {
        var inspected = judged.Where(j => j.Image.Score is not null).ToList();
        var scores = inspected.Select(j => j.Image.Score!.Value).ToArray();
        var labels = inspected.Select(j => j.Image.Class != GoodClass).ToArray();
        var defective = labels.Count(l => l);
        var both = defective > 0 && defective < labels.Length;
        var best = both ? RankingMetrics.BestF1(scores, labels) : default;
        return new EvaluationMetrics(
            labels.Length - defective,
            defective,
            both ? RankingMetrics.Auroc(scores, labels) : null,
            both ? RankingMetrics.AveragePrecision(scores, labels) : null,
            both ? best.F1 : null,
            both ? best.Threshold : null,
            PixelAuroc(inspected));
    }

    private static double? PixelAuroc(IReadOnlyList<JudgedImage> inspected)
    {
        var masked = inspected.Where(j => j.Mask is not null).ToList();
        var labels = masked.SelectMany(j => j.Mask!).ToArray();
        return labels.Contains(true) && labels.Contains(false)
            ? RankingMetrics.Auroc(masked.SelectMany(j => j.Map).ToArray(), labels)
            : null;
    }

    private static VerdictCounts Count(IReadOnlyList<JudgedImage> judged)
    {
        int Of(bool good, Verdict verdict) =>
            judged.Count(j => j.Image.Class == GoodClass == good && j.Image.Verdict == verdict);
        return new VerdictCounts(
            Of(true, Verdict.Pass), Of(true, Verdict.Fail), Of(false, Verdict.Pass), Of(false, Verdict.Fail),
            judged.Count(j => j.Image.Verdict == Verdict.Error));
    }

    private static double Median(IReadOnlyList<JudgedImage> judged)
    {
        var times = judged
            .Where(j => j.Image.Score is not null)
            .Select(j => j.Time.TotalMilliseconds)
            .Order()
            .ToArray();
        return times.Length == 0 ? 0 : times[times.Length / 2];
    }

    private sealed record JudgedImage(EvaluatedImage Image, float[] Map, bool[]? Mask, TimeSpan Time);
}

/// <summary>A data set cannot be evaluated; the message says what was found and what was expected.</summary>
public sealed class EvaluationException(string message) : Exception(message);
