using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>What <c>evaluate</c> prints.</summary>
internal static class EvaluationDisplay
{
    /// <summary>The first evaluation, and in it those that it is compared with.</summary>
    public static string ToJson(IReadOnlyList<EvaluationReport> reports)
    {
        var json = reports.Select(report =>
            JsonSerializer.SerializeToNode(report, EvaluationJson.Default.EvaluationReport)!.AsObject()).ToArray();
        json[0].Add("compared", new JsonArray([.. json.Skip(1)]));
        return json[0].ToJsonString(EvaluationJson.Default.Options);
    }

    public static void WriteComparison(IReadOnlyList<EvaluationReport> reports, TextWriter output)
    {
        var table = new TextTable(
            "bundle", "image AUROC", "avg precision", "best F1", "pixel AUROC", "AUPRO", "found", "missed",
            "false alarms", "bank", "ms", "search ms");
        foreach (var report in reports)
        {
            var (m, counts) = (report.Total, report.Verdicts);
            table.Add(
                report.Model.Name, Text(m.ImageAuroc), Text(m.AveragePrecision), Text(m.BestF1), Text(m.PixelAuroc),
                Text(m.Aupro), counts.DefectiveFailed, counts.DefectivePassed, counts.GoodFailed,
                report.Model.BankCount, Milliseconds(report.Latency?.Total.P50),
                Milliseconds(report.Latency?.Search.P50));
        }
        output.WriteLine();
        table.Write(output);
    }

    public static void WriteTable(EvaluationReport report, TextWriter output)
    {
        var table = new TextTable(
            "class", "good", "defective", "image AUROC", "avg precision", "best F1", "at score", "pixel AUROC",
            "AUPRO");
        foreach (var (name, metrics) in report.Classes)
            AddRow(table, name, metrics);
        AddRow(table, "all", report.Total);
        table.Write(output);
        var (counts, rates) = (report.Verdicts, report.Total.AtThreshold);
        var defective = $"{counts.DefectiveFailed} defects found, {counts.DefectivePassed} missed";
        var good = $"{counts.GoodFailed} false alarms, {counts.GoodPassed} good passed";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            at the threshold {report.Threshold:G5}: {defective}, {good}, {counts.Errors} ERROR
            precision {Text(rates.Precision)}, recall {Text(rates.Recall)}, F1 {Text(rates.F1)}{FalseRejects(rates)}
            """));
        if (report.Latency?.Total is { } latency)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{latency.P50:F1} ms an image (median; {latency.P95:F1} p95, {latency.P99:F1} p99, ")
                + $"{report.Provider}), bundle {report.BundleId}");
        }
        foreach (var note in report.Notes)
            output.WriteLine($"note: {note}");
        foreach (var image in report.Images.Where(image => image.Verdict == Verdict.Error))
            output.WriteLine($"ERROR {image.Path}: {image.Reason}");
    }

    private static string FalseRejects(ThresholdMetrics rates) => rates.FalseRejectRate is not { } rate
        ? ""
        : string.Create(CultureInfo.InvariantCulture,
            $", false-reject rate {rate:P1} ({rates.FalseRejectRateLow:P1} to {rates.FalseRejectRateHigh:P1} with "
                + $"95 % confidence)");

    private static void AddRow(TextTable table, string name, EvaluationMetrics m) => table.Add(
        name, m.Good, m.Defective, Text(m.ImageAuroc), Text(m.AveragePrecision), Text(m.BestF1),
        Text(m.BestF1Threshold), Text(m.PixelAuroc), Text(m.Aupro));

    private static string Milliseconds(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? "-";

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
