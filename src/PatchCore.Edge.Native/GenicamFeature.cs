using System.Globalization;

namespace PatchCore.Edge.Native;

/// <summary>A feature of a GenICam camera at one moment.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Writable">Whether it can be set now.</param>
/// <param name="Value">As text; empty for a command.</param>
/// <param name="Minimum">Of numbers; else null.</param>
/// <param name="Maximum">Of numbers; else null.</param>
/// <param name="Increment">Of whole numbers, 1 or more; else null.</param>
/// <param name="Entries">What an enumeration may be set to now; else empty.</param>
public sealed record GenicamFeature(
    GenicamFeatureKind Kind, bool Writable, string Value, double? Minimum, double? Maximum, double? Increment,
    IReadOnlyList<string> Entries)
{
    /// <summary>Reads what the shim tells: the fields in this order, separated by tabs, entries by '|'.</summary>
    internal static GenicamFeature Parse(string text)
    {
        static double? Number(string field) =>
            field.Length == 0 ? null : double.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture);

        var fields = text.Split('\t');
        return new GenicamFeature(
            Enum.Parse<GenicamFeatureKind>(fields[0], ignoreCase: true), fields[1] == "rw", fields[2],
            Number(fields[3]), Number(fields[4]), Number(fields[5]),
            fields[6].Split('|', StringSplitOptions.RemoveEmptyEntries));
    }
}
