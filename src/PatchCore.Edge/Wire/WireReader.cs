using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// Reads the properties of one received message; unknown ones are ignored, as later versions may add some.
/// </summary>
internal readonly ref struct WireReader
{
    private readonly JsonElement _root;
    private readonly string _schema;

    private WireReader(JsonElement root, string schema) => (_root, _schema) = (root, schema);

    public delegate T Reader<out T>(WireReader message);

    /// <exception cref="WireException">Not JSON, not an object, or of another schema; or what <paramref name="read"/>
    /// finds.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8, string schema, Reader<T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray());
            var message = new WireReader(document.RootElement, schema);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw message.Unexpected("message", document.RootElement.ValueKind.ToString(), "an object");
            return message.Text("schema") == schema ? read(message)
                : throw message.Unexpected("schema", message.Text("schema"), $"'{schema}'");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter is how text with half a surrogate pair is refused.
            throw new WireException($"not a message of schema '{schema}': {error.Message}", error);
        }
    }

    public string Text(string name) => TextOrNull(name) ?? throw Unexpected(name, "missing", "text");

    public string? TextOrNull(string name) => !_root.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Unexpected(name, value.GetRawText(), "text");

    public float? Single(string name) => Number(name) is { } number ? (float)number : null;

    public double? Number(string name) => !_root.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Unexpected(name, value.GetRawText(), "a number");

    public long Integer(string name) => IntegerOrNull(name) ?? throw Unexpected(name, "missing", "an integer");

    public long? IntegerOrNull(string name) => !_root.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : throw Unexpected(name, value.GetRawText(), "an integer");

    /// <summary>0 to 2147483647.</summary>
    public int Count(string name) => CountOrNull(name) ?? throw Unexpected(name, "missing", "0 to 2147483647");

    /// <inheritdoc cref="Count"/>
    public int? CountOrNull(string name) => IntegerOrNull(name) is not { } number ? null
        : number is >= 0 and <= int.MaxValue ? (int)number
        : throw Unexpected(name, number.ToString(CultureInfo.InvariantCulture), "0 to 2147483647");

    public Verdict Verdict(string name) => VerdictOrNull(name) ?? throw Unexpected(name, "missing", "text");

    public Verdict? VerdictOrNull(string name)
    {
        try
        {
            return TextOrNull(name) is { } word ? VerdictText.Parse(word) : null;
        }
        catch (FormatException error)
        {
            throw new WireException($"{_schema}: {error.Message}", error);
        }
    }

    public bool? FlagOrNull(string name) => _root.TryGetProperty(name, out _) ? Flag(name) : null;

    public bool FlagOrFalse(string name) => _root.TryGetProperty(name, out _) && Flag(name);

    public bool Flag(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Unexpected(name, "missing or no boolean", "true or false");

    public DateTimeOffset Time(string name) => TimeOrNull(name) ?? throw Unexpected(name, "missing", "a time");

    public DateTimeOffset? TimeOrNull(string name) => TextOrNull(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Unexpected(name, $"'{text}'", "a time");

    public DateOnly? DayOrNull(string name) => TextOrNull(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw Unexpected(name, $"'{text}'", "a day");

    /// <summary>Which of the words the text is.</summary>
    public int Word(string name, string[] words)
    {
        var word = Text(name);
        var index = System.Array.IndexOf(words, word);
        return index >= 0 ? index : throw Unexpected(name, $"'{word}'", string.Join(", ", words));
    }

    /// <summary>The object of this name; false when it is missing.</summary>
    public bool TryObject(string name, out WireReader inner)
    {
        var found = _root.TryGetProperty(name, out var value);
        if (found && value.ValueKind != JsonValueKind.Object)
            throw Unexpected(name, value.GetRawText(), "an object");
        inner = new WireReader(value, _schema);
        return found;
    }

    /// <summary>The array's items, each an object; empty when it is missing.</summary>
    public List<T> Objects<T>(string name, Reader<T> read)
    {
        var items = new List<T>();
        foreach (var item in Array(name, JsonValueKind.Object))
            items.Add(read(new WireReader(item, _schema)));
        return items;
    }

    public List<string> Texts(string name) => Array(name, JsonValueKind.String).ConvertAll(item => item.GetString()!);

    public WireException Unexpected(string name, string found, string expected) =>
        new($"{_schema}: {name} is {found}, expected {expected}");

    private List<JsonElement> Array(string name, JsonValueKind items)
    {
        if (!_root.TryGetProperty(name, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw Unexpected(name, value.GetRawText(), "an array");
        var list = new List<JsonElement>(value.EnumerateArray());
        return list.TrueForAll(item => item.ValueKind == items) ? list
            : throw Unexpected(name, value.GetRawText(), $"an array of {items}");
    }
}
