using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

/// <summary>
/// Holds what is written against config/schema and the README. Checks the keywords that those schemas use, no others.
/// </summary>
public sealed class SchemaTests
{
    public static TheoryData<string, string> Messages { get; } = new()
    {
        { "result", "Fail" }, { "result", "Pass" }, { "result", "Error" },
        { "status", "Online" }, { "status", "LastWill" }, { "camera-state", "Reconnecting" },
        { "command", "Trigger" }, { "command", "UseRecipe" }, { "reply", "Accepted" }, { "reply", "Refused" },
        { "camera-state", "Frozen" }, { "command", "SetThreshold" }, { "command", "Acknowledge" },
        { "reply", "Status" }, { "reply", "Snapshot" }, { "alarm", "Acknowledged" },
        { "metrics", "Metrics" },
        { "command", "Confirm" }, { "command", "AddToBank" }, { "reply", "Confirmed" }, { "reply", "Learning" },
        { "reply", "Learned" },
        { "drift", "Drifting" }, { "alarm", "Alarm" }, { "alarm", "Cleared" }, { "archive", "Archive" },
        { "handshake", "Held" }, { "handshake", "Unready" }, { "command", "TriggerNumber" },
        { "command", "AcknowledgeResult" }, { "reply", "Missed" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_is_as_its_schema_says(string schema, string message)
    {
        using var document = JsonDocument.Parse(Write(message, indented: false));
        using var rules = ReadSchema(schema);
        Check(document.RootElement, rules.RootElement, message);
    }

    [Theory]
    [InlineData("result", "Fail Error")]
    [InlineData("status", "Online LastWill")]
    [InlineData("command", "Trigger UseRecipe SetThreshold Acknowledge Confirm AddToBank TriggerNumber")]
    [InlineData("reply", "Accepted Refused Status Snapshot Confirmed Learning Learned Missed")]
    [InlineData("camera-state", "Reconnecting Frozen")]
    [InlineData("drift", "Drifting")]
    [InlineData("alarm", "Alarm Acknowledged Cleared")]
    [InlineData("archive", "Archive")]
    [InlineData("handshake", "Held Unready")]
    [InlineData("metrics", "Metrics")]
    public void Schema_describes_every_property_and_each_is_written_by_an_example(string schema, string messages)
    {
        using var rules = ReadSchema(schema);
        var written = new HashSet<string>();
        foreach (var message in messages.Split(' '))
        {
            using var document = JsonDocument.Parse(Write(message, indented: false));
            written.UnionWith(document.RootElement.EnumerateObject().Select(property => property.Name));
        }

        var properties = rules.RootElement.GetProperty("properties").EnumerateObject().ToList();
        Assert.Equal(written.Order(), properties.Select(property => property.Name).Order());
        Assert.All(properties, property => Assert.NotEqual("", property.Value.GetProperty("description").GetString()));
        Assert.Equal(
            "https://json-schema.org/draft/2020-12/schema", rules.RootElement.GetProperty("$schema").GetString());
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Readme_shows_messages_as_they_are_written(string schema, string message)
    {
        Assert.NotEmpty(schema);
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "README.md"));
        Assert.Contains(
            System.Text.Encoding.UTF8.GetString(Write(message, indented: true)), readme, StringComparison.Ordinal);
    }

    private static JsonDocument ReadSchema(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "schema", name + ".schema.json")));

    private static byte[] Write(string message, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(
            buffer, WireFormat.WriterOptions with { Indented = indented, NewLine = "\n" });
        Action<Utf8JsonWriter> write = message switch
        {
            "Fail" => MessageExamples.Fail.Write,
            "Pass" => MessageExamples.Pass.Write,
            "Error" => MessageExamples.Error.Write,
            "Online" => MessageExamples.Online.Write,
            "LastWill" => MessageExamples.LastWill.Write,
            "Reconnecting" => MessageExamples.Reconnecting.Write,
            "Trigger" => CommandExamples.Trigger.Write,
            "UseRecipe" => CommandExamples.UseRecipe.Write,
            "SetThreshold" => CommandExamples.SetThreshold.Write,
            "Acknowledge" => CommandExamples.Acknowledge.Write,
            "Confirm" => CommandExamples.Confirm.Write,
            "AddToBank" => CommandExamples.AddToBank.Write,
            "Confirmed" => CommandExamples.Confirmed.Write,
            "Learning" => CommandExamples.Learning.Write,
            "Learned" => CommandExamples.Learned.Write,
            "Accepted" => CommandExamples.Accepted.Write,
            "Refused" => CommandExamples.Refused.Write,
            "Status" => CommandExamples.Status.Write,
            "Snapshot" => CommandExamples.Snapshot.Write,
            "Acknowledged" => MessageExamples.Acknowledged.Write,
            "Frozen" => MessageExamples.Frozen.Write,
            "Drifting" => MessageExamples.Drifting.Write,
            "Alarm" => MessageExamples.Alarm.Write,
            "Cleared" => MessageExamples.Cleared.Write,
            "Archive" => MessageExamples.Archive.Write,
            "Held" => MessageExamples.Held.Write,
            "Unready" => MessageExamples.Unready.Write,
            "TriggerNumber" => CommandExamples.TriggerNumber.Write,
            "AcknowledgeResult" => CommandExamples.AcknowledgeResult.Write,
            "Missed" => CommandExamples.Missed.Write,
            "Metrics" => MessageExamples.Metrics.Write,
            _ => throw new ArgumentOutOfRangeException(nameof(message), message, "no such example"),
        };
        write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Check(JsonElement value, JsonElement schema, string path)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            var holds = rule.Name switch
            {
                "type" => rule.Value.GetString() == TypeOf(value)
                    || (rule.Value.GetString() == "number" && TypeOf(value) == "integer"),
                "const" => JsonElement.DeepEquals(rule.Value, value),
                "enum" => rule.Value.EnumerateArray().Any(word => word.GetString() == value.GetString()),
                "pattern" => Regex.IsMatch(value.GetString()!, rule.Value.GetString()!),
                "minLength" => value.GetString()!.Length >= rule.Value.GetInt32(),
                "minimum" => value.GetDouble() >= rule.Value.GetDouble(),
                "required" => rule.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
                _ => true,
            };
            Assert.True(
                holds, $"{path} is {value.GetRawText()}, the schema says {rule.Name} {rule.Value.GetRawText()}");
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in value.EnumerateObject())
            {
                Assert.True(
                    properties.TryGetProperty(property.Name, out var inner),
                    $"{path}.{property.Name} is not in the schema");
                Check(property.Value, inner, $"{path}.{property.Name}");
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var item in value.EnumerateArray())
                Check(item, items, path + "[]");
        }

        if (schema.TryGetProperty("if", out _))
        {
            // Only the result has one: an ERROR has a reason, the others have numbers and none.
            var error = value.GetProperty("verdict").GetString() == "ERROR";
            Check(value, schema.GetProperty(error ? "then" : "else"), path);
            Assert.Equal(error, value.TryGetProperty("reason", out _));
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
