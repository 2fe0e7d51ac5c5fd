using System.Globalization;
using System.Text;
using System.Text.Json;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Displays;

/// <summary>What <c>inspect</c> prints.</summary>
internal static class InspectionDisplay
{
    public static void WriteTable(IReadOnlyList<InspectedImage> images, float threshold, TextWriter output)
    {
        var table = new TextTable("verdict", "score", "threshold", "normalized", "regions", "ms", "image");
        foreach (var image in images)
        {
            table.Add(VerdictText.Of(image.Verdict), Number(image.Score), Number(threshold),
                Number(NormalizedScore.Of(image.Score, threshold)), image.Defects is { } d ? d.Count : "-",
                image.Reason is null ? image.Time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture) : "-",
                image.Reason is null ? image.Path : $"{image.Path}: {image.Reason}");
        }
        table.Write(output, VerdictColor.IsWanted ? VerdictColor.Paint : null);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{images.Count} inspected: {Count(Verdict.Pass)} PASS, {Count(Verdict.Fail)} FAIL, "
                + $"{Count(Verdict.Error)} ERROR"));

        int Count(Verdict verdict) => images.Count(image => image.Verdict == verdict);
    }

    public static void WriteJson(
        IReadOnlyList<InspectedImage> images, float threshold, InspectionModel model, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("bundle", model.Bundle.Manifest.Id);
            json.WriteString("provider", model.Session.Provider);
            json.WriteNumber("threshold", threshold);
            json.WriteStartArray("images");
            foreach (var image in images)
                WriteImage(json, image, threshold);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteImage(Utf8JsonWriter json, InspectedImage image, float threshold)
    {
        json.WriteStartObject();
        json.WriteString("path", image.Path);
        json.WriteString("verdict", VerdictText.Of(image.Verdict));
        if (image.Score is { } score && float.IsFinite(score))
            json.WriteNumber("score", score);
        if (image.MaxDistance is { } distance && float.IsFinite(distance))
            json.WriteNumber("maxDistance", distance);
        if (NormalizedScore.Of(image.Score, threshold) is { } normalized)
            json.WriteNumber("normalizedScore", normalized);
        if (image.Defects is { } defects)
        {
            json.WritePropertyName("defects");
            json.Write(defects);
        }

        if (image.Reason is null)
            json.WriteNumber("milliseconds", Math.Round(image.Time.TotalMilliseconds, 3));
        else
            json.WriteString("reason", image.Reason);
        if (image.Heatmap is not null)
            json.WriteString("heatmap", image.Heatmap);
        json.WriteEndObject();
    }

    private static string Number(float? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";
}
