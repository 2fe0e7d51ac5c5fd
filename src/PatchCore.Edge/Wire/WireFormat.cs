using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>
/// How all messages write JSON: no indentation, text as UTF-8 rather than escaped, UTC times, finite numbers only.
/// </summary>
public static class WireFormat
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>For the one <see cref="Utf8JsonWriter"/> that a publisher keeps and resets for each message.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        // The default escapes what could break out of HTML, and every letter beyond ASCII.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What every message of a station begins with; camera null: it is of the station as a whole.</summary>
    internal static void Begin(this Utf8JsonWriter json, string schema, string station, string? camera = null)
    {
        json.WriteStartObject();
        json.WriteString("schema"u8, schema);
        json.WriteString("station"u8, station);
        json.WriteOptional("camera"u8, camera);
    }

    /// <summary>What it ends with.</summary>
    internal static void End(this Utf8JsonWriter json, DateTimeOffset publishedAt)
    {
        json.WriteTime("publishedAt"u8, publishedAt);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Omits what is null.</summary>
    internal static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    /// <summary>Omits what is null, infinite or not a number: JSON has no words for those.</summary>
    internal static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, float? value)
    {
        if (value is { } number && float.IsFinite(number))
            json.WriteNumber(name, number);
    }

    /// <summary>Milliseconds to the microsecond; omits null and what is not finite.</summary>
    internal static void WriteMilliseconds(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, Math.Round(number, 3));
    }

    /// <summary>Six decimals; omits what is not finite.</summary>
    internal static void WriteRounded(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, Math.Round(value, 6));
    }

    /// <summary>A time as messages write it: ISO 8601 in UTC to the millisecond, as in
    /// 2026-03-01T08:30:00.125Z.</summary>
    public static string TimeText(DateTimeOffset value) =>
        value.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>As <see cref="TimeText"/>.</summary>
    internal static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[24];
        value.UtcDateTime.TryFormat(text, out var length, TimeFormat, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
