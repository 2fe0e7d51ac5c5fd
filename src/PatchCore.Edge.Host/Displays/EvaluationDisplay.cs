using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>What <c>evaluate</c> prints.</summary>
internal static class EvaluationDisplay
{
    public static string ToJson(EvaluationReport report) =>
        JsonSerializer.Serialize(report, EvaluationJson.Default.EvaluationReport);

    public static void WriteTable(EvaluationReport report, TextWriter output)
    {
        var table = new TextTable(
            "class", "good", "defective", "image AUROC", "avg precision", "best F1", "at score", "pixel AUROC");
        foreach (var (name, metrics) in report.Classes)
            AddRow(table, name, metrics);
        AddRow(table, "all", report.Total);
        table.Write(output);
        var counts = report.Verdicts;
        var defective = $"{counts.DefectiveFailed} defects found, {counts.DefectivePassed} missed";
        var good = $"{counts.GoodFailed} false alarms, {counts.GoodPassed} good passed";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            at the threshold {report.Threshold:G5}: {defective}, {good}, {counts.Errors} ERROR
            {report.MedianMilliseconds:F1} ms an image (median, {report.Provider}), bundle {report.BundleId}
            """));
        if (report.WithoutMask > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{report.WithoutMask} defective images have no mask and are left out of the pixel AUROC"));
        }
        foreach (var image in report.Images.Where(image => image.Verdict == Verdict.Error))
            output.WriteLine($"ERROR {image.Path}: {image.Reason}");
    }

    private static void AddRow(TextTable table, string name, EvaluationMetrics m) => table.Add(
        name, m.Good, m.Defective, Text(m.ImageAuroc), Text(m.AveragePrecision), Text(m.BestF1),
        Text(m.BestF1Threshold), Text(m.PixelAuroc));

    private static string Text(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = [typeof(VerdictConverter)])]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;

/// <summary>PASS, FAIL and ERROR, as everywhere.</summary>
internal sealed class VerdictConverter : JsonConverter<Verdict>
{
    public override Verdict Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        VerdictText.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, Verdict value, JsonSerializerOptions options) =>
        writer.WriteStringValue(VerdictText.Of(value));
}
