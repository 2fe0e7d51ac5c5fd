using System.Globalization;

namespace PatchCore.Edge.Host.Reports;

/// <summary>Numbers as the page says them, without culture; a dash where there is none.</summary>
internal static class PageText
{
    public const string None = "–";

    public static string Metric(double? value) => Of(value, "F4");

    public static string Share(double? value) => Of(value * 100, "0.0", " %");

    public static string Milliseconds(double? value) => Of(value, "F1");

    public static string Score(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? None;

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Of(double? value, string format, string unit = "") =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) + unit : None;
}
