using System.Globalization;

namespace PatchCore.Edge.Host.Reports;

/// <summary>An evaluation as one HTML page.</summary>
internal static class ReportPage
{
    /// <param name="output">Where the page goes, as UTF-8.</param>
    /// <param name="reports">The evaluation, and those it is compared with, on the same data.</param>
    /// <param name="gallery">Pictures of the first.</param>
    /// <param name="written">When.</param>
    public static void Write(
        Stream output, IReadOnlyList<EvaluationReport> reports, PictureGallery gallery, DateTimeOffset written)
    {
        using var page = new PageWriter(output);
        var report = reports[0];
        var dataset = Path.GetFileName(Path.TrimEndingDirectorySeparator(report.Dataset));
        PageShell.Open(page, $"{report.Model.Name} on {dataset}");
        WriteHeader(page, report, dataset);
        page.Open("main");
        WriteNotes(page, reports);
        HeadlineNumbers.Write(page, report);
        if (reports.Count > 1)
            ComparisonTable.Write(page, reports);
        WriteCharts(page, reports);
        ReportTables.WriteClasses(page, report);
        ReportTables.WriteVerdicts(page, report);
        ReportTables.WriteLatency(page, report);
        ReportTables.WriteErrors(page, report);
        GallerySection.Write(page, report, gallery);
        Definitions.Write(page);
        page.Close();
        PageShell.Close(page, written, "page.js");
    }

    private static void WriteHeader(PageWriter page, EvaluationReport report, string dataset)
    {
        var model = report.Model;
        page.Open("header");
        page.Leaf("p", "Evaluation", ("class", "kicker"));
        page.Open("h1");
        page.Text($"{model.Name} ");
        page.Leaf("span", "on", ("class", "on"));
        page.Text($" {dataset}");
        page.Close();
        page.Leaf("p", string.Create(CultureInfo.InvariantCulture,
            $"{model.Backbone}, layers {string.Join(" + ", model.Layers)}, {model.Width}×{model.Height} pixels, ")
            + $"{PageText.Count(model.BankCount)} vectors of {model.Dimension} in the memory bank, "
            + $"threshold {PageText.Score(report.Threshold)}", ("class", "facts"));
        page.Leaf("p", $"bundle {report.BundleId}, data set {report.Dataset}", ("class", "facts small"));
        page.Close();
        page.Line();
    }

    private static void WriteNotes(PageWriter page, IReadOnlyList<EvaluationReport> reports)
    {
        var notes = reports.SelectMany(report => report.Notes).Distinct().ToArray();
        if (notes.Length == 0)
            return;
        page.Open("aside", ("class", "notes"), ("aria-label", "Notes"));
        foreach (var note in notes)
            page.Leaf("p", note);
        page.Close();
    }

    private static void WriteCharts(PageWriter page, IReadOnlyList<EvaluationReport> reports)
    {
        page.Open("section", ("aria-labelledby", "charts"));
        page.Leaf("h2", "Curves and scores", ("id", "charts"));
        page.Open("p", ("class", "legend"));
        if (reports.Count > 1)
        {
            for (var i = 0; i < reports.Count; i++)
            {
                page.Open("span", ("class", "entry"));
                page.Open("svg", ("viewBox", "0 0 28 8"), ("aria-hidden", "true"));
                page.Leaf("path", "", ("class", $"curve run{i}"), ("d", "M1 4L27 4"));
                page.Close();
                page.Text(reports[i].Model.Name);
                page.Close();
                page.Text(" ");
            }
        }
        page.Text("The dots are the thresholds of the bundles, dashed lines what guessing comes to.");
        page.Close();
        page.Open("div", ("class", "charts"));
        if (reports[0].Curve.Count > 0)
        {
            CurveChart.WriteRoc(page, reports);
            CurveChart.WritePrecisionRecall(page, reports);
        }
        foreach (var report in reports)
            ScoreHistogram.Write(page, report, reports.Count > 1 ? $"Scores of {report.Model.Name}" : "Scores");
        page.Close();
        page.Close();
    }
}
