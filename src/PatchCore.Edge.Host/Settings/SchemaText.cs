using System.Text.Json;

namespace PatchCore.Edge.Host.Settings;

/// <summary>What a schema wants, in words.</summary>
internal static class SchemaText
{
    /// <summary>"string", "integer", "number", "boolean", "object" or "array"; an enum is a string.</summary>
    internal static string TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return "string";
        return type.ValueKind == JsonValueKind.Array ? type[0].GetString()! : type.GetString()!;
    }

    internal static bool AllowsNull(JsonElement schema) =>
        (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.Array)
        || (schema.TryGetProperty("enum", out var values)
            && values.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.Null));

    internal static string Expected(JsonElement schema)
    {
        var description = schema.TryGetProperty("description", out var text) ? text.GetString()! : "";
        if (schema.TryGetProperty("enum", out var values))
        {
            return "one of " + string.Join(
                ", ",
                values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()));
        }
        var kind = TypeOf(schema) switch
        {
            "boolean" => "true or false",
            "integer" => "a whole number" + Range(schema),
            "number" => "a number" + Range(schema),
            "array" => "a list",
            "string" => "a text",
            _ => "an object",
        };
        return description.Length == 0 ? kind
            : schema.TryGetProperty("minimum", out _) ? $"{kind} ({description})"
            : description;
    }

    /// <summary>Edit distance without case (Levenshtein), for hints.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    private static string Range(JsonElement schema) =>
        schema.TryGetProperty("minimum", out var low) && schema.TryGetProperty("maximum", out var high)
            ? $" from {low.GetRawText()} to {high.GetRawText()}"
            : "";
}
