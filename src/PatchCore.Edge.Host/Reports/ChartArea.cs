using System.Globalization;
using static PatchCore.Edge.Host.Reports.PageWriter;

namespace PatchCore.Edge.Host.Reports;

/// <summary>The plane of a chart: a frame with grid lines and labels, and where values lie in it.</summary>
internal sealed class ChartArea(double xLow, double xHigh, double yLow, double yHigh)
{
    public const int Width = 400;
    public const int Height = 330;
    public const double Left = 46;
    public const double Right = 388;
    public const double Top = 14;
    public const double Bottom = 282;

    public double X(double value) => Left + ((value - xLow) / (xHigh - xLow) * (Right - Left));

    public double Y(double value) => Bottom - ((value - yLow) / (yHigh - yLow) * (Bottom - Top));

    /// <summary>Opens the drawing; close both elements with <see cref="Close"/>.</summary>
    public static void Open(PageWriter page, string title, string description)
    {
        page.Open("figure", ("class", "chart"));
        page.Leaf("figcaption", title);
        page.Open("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", description));
    }

    public static void Close(PageWriter page)
    {
        page.Close();
        page.Close();
        page.Line();
    }

    public void Axes(
        PageWriter page, IEnumerable<double> xTicks, IEnumerable<double> yTicks, string xTitle, string yTitle)
    {
        foreach (var tick in xTicks)
        {
            Line(page, "grid", X(tick), Top, X(tick), Bottom);
            Label(page, "middle", X(tick), Bottom + 16, TickText(tick));
        }
        foreach (var tick in yTicks)
        {
            Line(page, "grid", Left, Y(tick), Right, Y(tick));
            Label(page, "end", Left - 6, Y(tick) + 4, TickText(Math.Abs(tick)));
        }
        Label(page, "middle", (Left + Right) / 2, Height - 10, xTitle, "axis");
        page.Leaf("text", yTitle, ("class", "axis"), ("text-anchor", "middle"),
            ("transform", $"translate(12 {Number((Top + Bottom) / 2)}) rotate(-90)"));
    }

    public static void Line(PageWriter page, string style, double x1, double y1, double x2, double y2) =>
        page.Leaf("line", "", ("class", style), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)),
            ("y2", Number(y2)));

    public static void Label(
        PageWriter page, string anchor, double x, double y, string text, string style = "tick") =>
        page.Leaf(
            "text", text, ("class", style), ("text-anchor", anchor), ("x", Number(x)), ("y", Number(y)));

    /// <summary>Round numbers, about as many as asked for, within low and high.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high, int about)
    {
        var rough = (high - low) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        var ticks = new List<double>();
        for (var i = (long)Math.Ceiling(low / step); i * step <= high; i++)
            ticks.Add(i * step);
        return ticks;
    }

    private static string TickText(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
