using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// Checks a whole configuration (files, environment, command line together) against the JSON Schema that editors use,
/// and lists every error instead of the first. Knows the part of JSON Schema that the schema uses; keys compare as the
/// configuration does, without case.
/// </summary>
internal sealed class SettingsSchema
{
    private readonly JsonElement _root;
    private readonly List<string> _errors = [];

    private SettingsSchema(JsonElement root) => _root = root;

    /// <summary>Every error, in the schema's order; empty when there is none.</summary>
    public static IReadOnlyList<string> Check(
        IConfiguration configuration, string resource = "appsettings.schema.json")
    {
        using var stream = typeof(SettingsSchema).Assembly.GetManifestResourceStream(resource)!;
        using var document = JsonDocument.Parse(stream);
        var schema = new SettingsSchema(document.RootElement);
        schema.CheckObject(configuration, "", document.RootElement);
        return schema._errors;
    }

    private void CheckNode(IConfigurationSection section, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = _root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]);
        var type = TypeOf(schema);
        var children = section.GetChildren().Any();
        if (type is "object" or "array")
        {
            if (!children && !string.IsNullOrEmpty(section.Value))
                Add(section.Path, $"found '{section.Value}', expected {(type == "array" ? "a list" : "an object")}");
            else if (type == "array")
                CheckItems(section, schema);
            else
                CheckObject(section, section.Path, schema);
        }
        else if (children)
        {
            Add(section.Path, $"found an object or a list, expected {SchemaText.Expected(schema)}");
        }
        else
        {
            CheckValue(section, schema);
        }
    }

    private void CheckItems(IConfigurationSection section, JsonElement schema)
    {
        foreach (var item in section.GetChildren())
            CheckNode(item, schema.GetProperty("items"));
    }

    private void CheckObject(IConfiguration node, string path, JsonElement schema)
    {
        var known = schema.TryGetProperty("properties", out var properties)
            ? [.. properties.EnumerateObject()]
            : Array.Empty<JsonProperty>();
        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(n => n.GetString()!).ToHashSet()
            : [];
        var present = node.GetChildren().ToDictionary(child => child.Key, StringComparer.OrdinalIgnoreCase);
        foreach (var property in known)
        {
            if (present.Remove(property.Name, out var child) && (child.Value is not null || child.GetChildren().Any()))
                CheckNode(child, property.Value);
            else if (required.Contains(property.Name))
                Add(Join(path, property.Name), $"is missing, expected {SchemaText.Expected(Resolve(property.Value))}");
        }
        if (schema.TryGetProperty("additionalProperties", out var additional)
            && additional.ValueKind == JsonValueKind.Object)
        {
            CheckNamed(present.Values, path, schema, additional);
        }
        else
        {
            Unknown(present.Keys, path, [.. known.Select(property => property.Name)]);
        }
    }

    private void CheckNamed(
        Dictionary<string, IConfigurationSection>.ValueCollection children, string path, JsonElement schema,
        JsonElement each)
    {
        if (schema.TryGetProperty("minProperties", out var minimum) && children.Count < minimum.GetInt32())
            Add(path, $"is empty, expected {SchemaText.Expected(schema)}");
        foreach (var child in children)
        {
            if (schema.TryGetProperty("propertyNames", out var rule)
                && !Regex.IsMatch(child.Key, rule.GetProperty("pattern").GetString()!))
            {
                Add(child.Path, $"found the name '{child.Key}', expected {SchemaText.Expected(rule)}");
            }
            CheckNode(child, each);
        }
    }

    private void Unknown(IEnumerable<string> keys, string path, string[] known)
    {
        foreach (var key in keys)
        {
            var near = known.MinBy(name => SchemaText.Distance(name, key));
            var hint = near is not null && SchemaText.Distance(near, key) <= 2
                ? $"did you mean {near}?"
                : $"expected one of {string.Join(", ", known.Where(n => n[0] != '$'))}";
            Add(Join(path, key), $"is an unknown key; {hint}");
        }
    }

    private void CheckValue(IConfigurationSection section, JsonElement schema)
    {
        var value = section.Value ?? "";
        if (value.Length == 0 && SchemaText.AllowsNull(schema))
            return;
        if (!IsValid(value, schema))
            Add(section.Path, $"found '{value}', expected {SchemaText.Expected(schema)}");
    }

    private static bool IsValid(string value, JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var values))
        {
            return values.EnumerateArray().Any(v =>
                v.ValueKind == JsonValueKind.String
                && string.Equals(v.GetString(), value, StringComparison.OrdinalIgnoreCase));
        }
        return TypeOf(schema) switch
        {
            "boolean" => bool.TryParse(value, out _),
            "integer" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
                && InRange(n, schema),
            "number" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
                && InRange(n, schema),
            _ => (!schema.TryGetProperty("minLength", out var length) || value.Length >= length.GetInt32())
                && (!schema.TryGetProperty("pattern", out var pattern) || Regex.IsMatch(value, pattern.GetString()!)),
        };
    }

    private static bool InRange(double value, JsonElement schema) =>
        double.IsFinite(value)
        && (!schema.TryGetProperty("minimum", out var low) || value >= low.GetDouble())
        && (!schema.TryGetProperty("exclusiveMinimum", out var above) || value > above.GetDouble())
        && (!schema.TryGetProperty("maximum", out var high) || value <= high.GetDouble());

    private JsonElement Resolve(JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? _root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    private static string TypeOf(JsonElement schema) => SchemaText.TypeOf(schema);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    private void Add(string path, string text) => _errors.Add($"{path} {text}");
}
