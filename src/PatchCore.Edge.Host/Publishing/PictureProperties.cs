using System.Globalization;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// What a picture is of, as MQTT 5 user properties, so that nobody has to keep results to know it. Every call
/// allocates: only for pictures, of which a broker gets few.
/// </summary>
internal static class PictureProperties
{
    /// <summary>Of a picture of a result.</summary>
    public static List<MosquittoUserProperty> Of(
        string station, string camera, in InspectionOutcome outcome, ResultId id, Verdict verdict)
    {
        var frame = outcome.Frame;
        var properties = Of(station, camera, frame.Id, frame.CapturedAt, frame.PartId);
        properties.Insert(0, new("id", id.ToString()));
        properties.Add(new("verdict", VerdictText.Of(verdict)));
        return properties;
    }

    /// <summary>Of a picture that no result belongs to.</summary>
    public static List<MosquittoUserProperty> Of(
        string station, string camera, long frameId, DateTimeOffset capturedAt, string? partId = null)
    {
        var properties = new List<MosquittoUserProperty>(9)
        {
            new("station", station),
            new("camera", camera),
            new("frameId", frameId.ToString(CultureInfo.InvariantCulture)),
            new("capturedAt", WireFormat.TimeText(capturedAt)),
        };
        if (partId is not null)
            properties.Add(new("partId", WithoutControls(partId)));
        return properties;
    }

    /// <summary>A part's name comes from anywhere, and a property must not hold control characters.</summary>
    private static string WithoutControls(string text) => !text.Any(char.IsControl)
        ? text
        : string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character));
}
