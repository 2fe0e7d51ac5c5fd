using System.Text.Json;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>Defect regions as a result holds them.</summary>
public static class DefectRegionsJson
{
    /// <summary>
    /// Writes an object: count, and of each of the largest regions its area, box and peak. Areas are rounded to a tenth
    /// of a pixel.
    /// </summary>
    public static void Write(this Utf8JsonWriter json, in DefectRegions defects)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteNumber("count"u8, defects.Count);
        json.WriteStartArray("regions"u8);
        foreach (ref readonly var region in defects.Largest.Span)
        {
            json.WriteStartObject();
            json.WriteNumber("area"u8, Math.Round(region.Area, 1));
            json.WriteStartObject("box"u8);
            json.WriteNumber("x"u8, region.X);
            json.WriteNumber("y"u8, region.Y);
            json.WriteNumber("width"u8, region.Width);
            json.WriteNumber("height"u8, region.Height);
            json.WriteEndObject();
            json.WriteStartObject("peak"u8);
            json.WriteNumber("x"u8, region.PeakX);
            json.WriteNumber("y"u8, region.PeakY);
            json.WriteFinite("value"u8, region.Peak);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static DefectRegions Read(WireReader defects) => new(
        (int)defects.Integer("count"), defects.Objects("regions", static region =>
        {
            if (!region.TryObject("box", out var box) || !region.TryObject("peak", out var peak))
                throw region.Unexpected("regions", "without a box or a peak", "both");
            return new DefectRegion(
                region.Number("area") ?? throw region.Unexpected("area", "missing", "a number"),
                (int)box.Integer("x"), (int)box.Integer("y"), (int)box.Integer("width"), (int)box.Integer("height"),
                peak.Single("value") ?? throw peak.Unexpected("value", "missing", "a number"),
                (int)peak.Integer("x"), (int)peak.Integer("y"));
        }).ToArray());
}
