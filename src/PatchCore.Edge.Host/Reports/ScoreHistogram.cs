using System.Globalization;
using static PatchCore.Edge.Host.Reports.PageWriter;

namespace PatchCore.Edge.Host.Reports;

/// <summary>How scores spread: good parts upwards, defective ones downwards, with the threshold between them.</summary>
internal static class ScoreHistogram
{
    private const int Bars = 36;

    public static void Write(PageWriter page, EvaluationReport report, string title)
    {
        var scored = report.Images.Where(image => image.Score is not null).ToArray();
        if (scored.Length == 0)
            return;
        var scores = scored.Select(image => (double)image.Score!.Value).Append(report.Threshold).ToArray();
        var (low, high) = (scores.Min(), scores.Max());
        if (high <= low)
            (low, high) = (low - 1, high + 1);
        var (good, defective) = (new int[Bars], new int[Bars]);
        foreach (var image in scored)
        {
            var bars = image.Class == Evaluation.GoodClass ? good : defective;
            bars[Math.Min(Bars - 1, (int)((image.Score!.Value - low) / (high - low) * Bars))]++;
        }

        var most = Math.Max(1, Math.Max(good.Max(), defective.Max()));
        // Room for both kinds even where one has few, and for the labels.
        var (up, down) = (Math.Max(good.Max(), most * 0.3) * 1.15, Math.Max(defective.Max(), most * 0.3) * 1.15);
        var area = new ChartArea(low, high, -down, up);
        var total = report.Total;
        ChartArea.Open(page, title, string.Create(CultureInfo.InvariantCulture,
            $"Histogram of the scores of {total.Good} good and {total.Defective} defective pictures, ")
            + string.Create(CultureInfo.InvariantCulture, $"{low:G4} to {high:G4}, threshold {report.Threshold:G4}"));
        area.Axes(page, ChartArea.Ticks(low, high, 6),
            ChartArea.Ticks(-down, up, 6).Where(tick => tick == Math.Round(tick)), "image score", "pictures");
        for (var i = 0; i < Bars; i++)
        {
            Bar(page, "good", area, low, high, i, good[i]);
            Bar(page, "defective", area, low, high, i, -defective[i]);
        }
        ChartArea.Line(page, "zero", ChartArea.Left, area.Y(0), ChartArea.Right, area.Y(0));
        Threshold(page, area, report.Threshold);
        ChartArea.Label(page, "start", ChartArea.Left + 6, ChartArea.Top + 14, "good ↑", "key good");
        ChartArea.Label(page, "start", ChartArea.Left + 6, ChartArea.Bottom - 8, "defective ↓", "key defective");
        ChartArea.Close(page);
    }

    private static void Bar(PageWriter page, string style, ChartArea area, double low, double high, int i, int count)
    {
        if (count == 0)
            return;
        var (left, right) = (area.X(low + ((high - low) * i / Bars)), area.X(low + ((high - low) * (i + 1) / Bars)));
        var (top, bottom) = (area.Y(Math.Max(count, 0)), area.Y(Math.Min(count, 0)));
        page.Open("rect", ("class", style), ("x", Number(left + 0.5)), ("y", Number(top)),
            ("width", Number(right - left - 1)), ("height", Number(bottom - top)));
        page.Leaf("title", $"{Math.Abs(count)} {style}");
        page.Close();
    }

    private static void Threshold(PageWriter page, ChartArea area, float threshold)
    {
        var x = area.X(threshold);
        ChartArea.Line(page, "threshold", x, ChartArea.Top, x, ChartArea.Bottom);
        var text = string.Create(CultureInfo.InvariantCulture, $"threshold {threshold:G4}");
        var right = x > (ChartArea.Left + ChartArea.Right) / 2;
        ChartArea.Label(
            page, right ? "end" : "start", right ? x - 5 : x + 5, ChartArea.Top + 32, text, "key threshold-key");
    }
}
