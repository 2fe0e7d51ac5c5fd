using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Reports;

/// <summary>The numbers of one evaluation in tables.</summary>
internal static class ReportTables
{
    public static void WriteClasses(PageWriter page, EvaluationReport report)
    {
        if (report.Classes.Count == 0)
            return;
        page.Open("section", ("aria-labelledby", "classes"));
        page.Leaf("h2", "Classes of defects", ("id", "classes"));
        page.Leaf("p", "Each against all good pictures.", ("class", "small"));
        HtmlTable.Open(page, "Classes of defects", "class", "pictures", "found", "missed", "image AUROC",
            "avg precision", "best F1", "at score", "pixel AUROC", "AUPRO");
        foreach (var (name, metrics) in report.Classes)
            Row(name, metrics);
        Row("all", report.Total);
        HtmlTable.Close(page);
        page.Close();

        void Row(string name, EvaluationMetrics m) => HtmlTable.Row(
            page, name, PageText.Count(m.Defective), PageText.Count(m.Verdicts.DefectiveFailed),
            PageText.Count(m.Verdicts.DefectivePassed), PageText.Metric(m.ImageAuroc),
            PageText.Metric(m.AveragePrecision), PageText.Metric(m.BestF1), PageText.Score(m.BestF1Threshold),
            PageText.Metric(m.PixelAuroc), PageText.Metric(m.Aupro));
    }

    public static void WriteVerdicts(PageWriter page, EvaluationReport report)
    {
        page.Open("section", ("class", "half"), ("aria-labelledby", "verdicts"));
        page.Leaf("h2", $"Verdicts at the threshold {PageText.Score(report.Threshold)}", ("id", "verdicts"));
        HtmlTable.Open(page, "Verdicts at the threshold", "", "PASS", "FAIL", "ERROR");
        var counts = report.Verdicts;
        var goodErrors = report.Images.Count(
            image => image.Verdict == Verdict.Error && image.Class == Evaluation.GoodClass);
        Row("good", (counts.GoodPassed, "right"), (counts.GoodFailed, "false-alarm"), (goodErrors, "error"));
        Row("defective", (counts.DefectivePassed, "miss"), (counts.DefectiveFailed, "right"),
            (counts.Errors - goodErrors, "error"));
        HtmlTable.Close(page);
        var at = report.Total.AtThreshold;
        page.Leaf("p", $"Precision {PageText.Metric(at.Precision)}, recall {PageText.Metric(at.Recall)}, "
            + $"F1 {PageText.Metric(at.F1)}.", ("class", "small"));
        page.Close();

        void Row(string name, params (int Count, string Style)[] cells)
        {
            page.Open("tr");
            page.Leaf("th", name, ("scope", "row"));
            foreach (var (count, style) in cells)
                page.Leaf("td", PageText.Count(count), ("class", count > 0 ? style : "none"));
            page.Close();
        }
    }

    public static void WriteLatency(PageWriter page, EvaluationReport report)
    {
        if (report.Latency is not { } latency)
            return;
        page.Open("section", ("class", "half"), ("aria-labelledby", "latency"));
        page.Leaf("h2", "Milliseconds a frame", ("id", "latency"));
        HtmlTable.Open(page, "Milliseconds a frame", "", "p50", "p90", "p95", "p99", "max");
        Row("convert", latency.Convert);
        Row("embed", latency.Embed);
        Row("search", latency.Search);
        Row("score", latency.Score);
        Row("all stages", latency.Total);
        HtmlTable.Close(page);
        page.Leaf("p", "From a frame in memory to its verdict; reading the file is not in it. Each stage is ranked for "
            + "itself, so that the columns do not add up.", ("class", "small"));
        page.Close();

        void Row(string name, LatencyPercentiles p) => HtmlTable.Row(
            page, name, PageText.Milliseconds(p.P50), PageText.Milliseconds(p.P90), PageText.Milliseconds(p.P95),
            PageText.Milliseconds(p.P99), PageText.Milliseconds(p.Max));
    }

    public static void WriteErrors(PageWriter page, EvaluationReport report)
    {
        var errors = report.Images.Where(image => image.Verdict == Verdict.Error).ToArray();
        if (errors.Length == 0)
            return;
        page.Open("section", ("class", "errors"), ("aria-labelledby", "errors"));
        page.Leaf("h2", "Not inspected", ("id", "errors"));
        HtmlTable.Open(page, "Not inspected", "picture", "class", "reason");
        foreach (var image in errors)
            HtmlTable.Row(page, image.Path, image.Class, image.Reason ?? "");
        HtmlTable.Close(page);
        page.Close();
    }
}
