namespace PatchCore.Edge.Host.Reports;

/// <summary>Several evaluations of the same data side by side, the best of each number marked.</summary>
internal static class ComparisonTable
{
    private sealed record Line(
        string Name, Func<EvaluationReport, double?> Value, Func<double?, string> Text, int Better);

    private static readonly Line[] Lines =
    [
        new("Image AUROC", r => r.Total.ImageAuroc, PageText.Metric, 1),
        new("Average precision", r => r.Total.AveragePrecision, PageText.Metric, 1),
        new("Best F1", r => r.Total.BestF1, PageText.Metric, 1),
        new("Pixel AUROC", r => r.Total.PixelAuroc, PageText.Metric, 1),
        new("AUPRO at 0.3", r => r.Total.Aupro, PageText.Metric, 1),
        new("Defects found at the threshold", r => r.Total.AtThreshold.Recall, PageText.Share, 1),
        new("Good parts rejected", r => r.Total.AtThreshold.FalseRejectRate, PageText.Share, -1),
        new("Not inspected", r => r.Verdicts.Errors, v => PageText.Count((long)v!.Value), -1),
        new("Median time, ms", r => r.Latency?.Total.P50, PageText.Milliseconds, -1),
        new("p99 time, ms", r => r.Latency?.Total.P99, PageText.Milliseconds, -1),
        new("Search of the bank, median ms", r => r.Latency?.Search.P50, PageText.Milliseconds, -1),
        new("Vectors in the bank", r => r.Model.BankCount, v => PageText.Count((long)v!.Value), 0),
        new("Values of a vector", r => r.Model.Dimension, v => PageText.Count((long)v!.Value), 0),
        new("Threshold", r => r.Threshold, PageText.Score, 0),
    ];

    public static void Write(PageWriter page, IReadOnlyList<EvaluationReport> reports)
    {
        page.Open("section", ("class", "comparison"), ("aria-labelledby", "comparison"));
        page.Leaf("h2", "Side by side", ("id", "comparison"));
        HtmlTable.Open(page, "Side by side", ["", .. reports.Select(report => report.Model.Name)]);
        foreach (var line in Lines)
        {
            var values = reports.Select(line.Value).ToArray();
            var best = line.Better > 0 ? values.Max() : values.Min();
            var differ = line.Better != 0 && values.Distinct().Count() > 1;
            page.Open("tr");
            page.Leaf("th", line.Name, ("scope", "row"));
            foreach (var value in values)
            {
                if (differ && value is not null && value == best)
                    page.Leaf("td", line.Text(value), ("class", "best"));
                else
                    page.Leaf("td", line.Text(value));
            }
            page.Close();
        }
        HtmlTable.Row(page, "Layers", [.. reports.Select(report => string.Join(" + ", report.Model.Layers))]);
        HtmlTable.Row(page, "Image size", [.. reports.Select(report => $"{report.Model.Width}×{report.Model.Height}")]);
        HtmlTable.Close(page);
        page.Leaf("p", "Pictures and tables below are of the first.", ("class", "small"));
        page.Close();
    }
}
