using System.Globalization;

namespace PatchCore.Edge.Host.Reports;

/// <summary>What to read when one reads nothing else.</summary>
internal static class HeadlineNumbers
{
    public static void Write(PageWriter page, EvaluationReport report)
    {
        var (total, counts, at) = (report.Total, report.Verdicts, report.Total.AtThreshold);
        page.Open("section", ("class", "numbers"), ("aria-label", "Headline numbers"));
        Tile(page, "Defects found", PageText.Share(at.Recall),
            $"{counts.DefectiveFailed} of {total.Defective} at the threshold, {counts.DefectivePassed} missed",
            counts.DefectivePassed > 0 ? "bad" : "");
        Tile(page, "Good parts rejected", PageText.Share(at.FalseRejectRate),
            at.FalseRejectRate is null
                ? "no good pictures"
                : $"{counts.GoodFailed} of {total.Good}; the true rate is {PageText.Share(at.FalseRejectRateLow)} to "
                    + $"{PageText.Share(at.FalseRejectRateHigh)} (95 % confidence)",
            counts.GoodFailed > 0 ? "warn" : "");
        Tile(page, "Image AUROC", PageText.Metric(total.ImageAuroc),
            $"average precision {PageText.Metric(total.AveragePrecision)}");
        Tile(page, "Best F1", PageText.Metric(total.BestF1),
            $"at a score of {PageText.Score(total.BestF1Threshold)}; at the threshold {PageText.Metric(at.F1)}");
        Tile(page, "Pixel AUROC", PageText.Metric(total.PixelAuroc), Exactness(total.PixelAurocError));
        Tile(page, "AUPRO at 0.3", PageText.Metric(total.Aupro),
            $"{PageText.Count(total.Regions)} separate defects{Comma(Exactness(total.AuproError))}");
        Tile(page, "Median time", report.Latency is { } latency
                ? $"{PageText.Milliseconds(latency.Total.P50)} ms" : PageText.None,
            $"p99 {PageText.Milliseconds(report.Latency?.Total.P99)} ms, on {report.Provider}");
        Tile(page, "Not inspected", PageText.Count(counts.Errors), "verdict ERROR, in none of the other numbers",
            counts.Errors > 0 ? "bad" : "");
        page.Close();
        page.Line();
    }

    private static void Tile(PageWriter page, string name, string value, string detail, string mood = "")
    {
        page.Open("div", ("class", $"tile {mood}".TrimEnd()));
        page.Leaf("p", name, ("class", "name"));
        page.Leaf("p", value, ("class", "value"));
        page.Leaf("p", detail, ("class", "detail"));
        page.Close();
    }

    // One digit, rounded up: it is a bound.
    private static string Exactness(double? error)
    {
        if (error is not { } bound)
            return "no masks";
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(bound, 1e-6))));
        return string.Create(CultureInfo.InvariantCulture, $"exact to {Math.Ceiling(bound / unit) * unit:0.######}");
    }

    private static string Comma(string text) => text.Length > 0 ? $", {text}" : "";
}
