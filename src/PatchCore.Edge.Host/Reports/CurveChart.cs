using System.Globalization;
using System.Text;
using static PatchCore.Edge.Host.Reports.PageWriter;

namespace PatchCore.Edge.Host.Reports;

/// <summary>ROC and precision-recall curves of one or more evaluations, with the threshold of each marked.</summary>
internal static class CurveChart
{
    private static readonly double[] Ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

    public static void WriteRoc(PageWriter page, IReadOnlyList<EvaluationReport> reports)
    {
        var area = new ChartArea(0, 1, 0, 1);
        ChartArea.Open(page, "ROC curve", Describe("Recall against false-reject rate", "image AUROC", reports,
            report => report.Total.ImageAuroc));
        area.Axes(page, Ticks, Ticks, "false-reject rate", "recall");
        ChartArea.Line(page, "reference", area.X(0), area.Y(0), area.X(1), area.Y(1));
        for (var i = 0; i < reports.Count; i++)
        {
            // Straight between the points, as the area under it counts ties.
            var points = reports[i].Curve.Select(p => (p.FalseRejectRate, p.Recall)).Prepend((0, 0));
            Draw(page, $"curve run{i}", area, points);
            var at = reports[i].Total.AtThreshold;
            Mark(page, i, area, at.FalseRejectRate, at.Recall);
        }
        ChartArea.Close(page);
    }

    public static void WritePrecisionRecall(PageWriter page, IReadOnlyList<EvaluationReport> reports)
    {
        var area = new ChartArea(0, 1, 0, 1);
        ChartArea.Open(page, "Precision-recall curve", Describe("Precision against recall", "average precision",
            reports, report => report.Total.AveragePrecision));
        area.Axes(page, Ticks, Ticks, "recall", "precision");
        var total = reports[0].Total;
        var chance = total.Defective / (double)Math.Max(1, total.Good + total.Defective);
        ChartArea.Line(page, "reference", area.X(0), area.Y(chance), area.X(1), area.Y(chance));
        for (var i = 0; i < reports.Count; i++)
        {
            Draw(page, $"curve run{i}", area, Steps(reports[i].Curve));
            var at = reports[i].Total.AtThreshold;
            Mark(page, i, area, at.Recall, at.Precision);
        }
        ChartArea.Close(page);
    }

    /// <summary>A precision holds for the recall that is gained by it, as average precision counts.</summary>
    private static IEnumerable<(double X, double Y)> Steps(IReadOnlyList<CurvePoint> curve)
    {
        var recall = 0.0;
        foreach (var point in curve)
        {
            if (point.Recall == recall)
                continue;
            yield return (recall, point.Precision);
            yield return (point.Recall, point.Precision);
            recall = point.Recall;
        }
    }

    private static void Draw(
        PageWriter page, string style, ChartArea area, IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        var last = "";
        foreach (var (x, y) in points)
        {
            // A tenth of a pixel is more than anyone sees, and thousands of points fall together.
            var at = string.Create(CultureInfo.InvariantCulture, $"{area.X(x):0.#} {area.Y(y):0.#}");
            if (at == last)
                continue;
            path.Append(last.Length == 0 ? 'M' : 'L').Append(at);
            last = at;
        }
        if (path.Length > 0)
            page.Leaf("path", "", ("class", style), ("d", path.ToString()));
    }

    private static void Mark(PageWriter page, int run, ChartArea area, double? x, double? y)
    {
        if (x is null || y is null)
            return;
        page.Open("circle", ("class", $"mark run{run}"), ("cx", Number(area.X(x.Value))),
            ("cy", Number(area.Y(y.Value))), ("r", "5"));
        page.Leaf("title", "at the bundle's threshold");
        page.Close();
    }

    private static string Describe(
        string what, string metric, IReadOnlyList<EvaluationReport> reports, Func<EvaluationReport, double?> value) =>
        $"{what}; {metric} " + string.Join(", ", reports.Select(report =>
            $"{PageText.Metric(value(report))}{(reports.Count > 1 ? $" of {report.Model.Name}" : "")}"));
}
