using System.Text.Json;
using Microsoft.Extensions.Configuration;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class SettingsSchemaTests
{
    [Fact]
    public void Every_key_of_the_schema_has_a_property_to_land_in()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "config", "schema", "appsettings.schema.json");
        using var schema = JsonDocument.Parse(File.ReadAllText(path));
        var values = new Dictionary<string, string?>();
        Collect(schema.RootElement, schema.RootElement, "", values);
        var foreign = values.Keys.Where(k => k == "$schema" || k.StartsWith("Logging", StringComparison.Ordinal));
        foreach (var key in foreign.ToList())
            values.Remove(key);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();

        // The binder names every key that it finds no property for.
        configuration.Bind(new EdgeSettings(), options => options.ErrorOnUnknownConfiguration = true);

        Assert.True(values.Count > 40, $"only {values.Count} keys were found");
    }

    [Fact]
    public void Every_property_default_is_the_default_of_the_schema()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "config", "schema", "appsettings.schema.json");
        using var schema = JsonDocument.Parse(File.ReadAllText(path));
        var camera = schema.RootElement.GetProperty("$defs").GetProperty("Camera").GetProperty("properties");
        var mqtt = schema.RootElement.GetProperty("properties").GetProperty("Mqtt").GetProperty("properties");
        var source = schema.RootElement.GetProperty("$defs").GetProperty("Source").GetProperty("properties");
        var genicam = schema.RootElement.GetProperty("$defs").GetProperty("Genicam").GetProperty("properties");
        var heatmap = camera.GetProperty("Heatmap").GetProperty("properties");
        static double Default(JsonElement section, string key) =>
            section.GetProperty(key).GetProperty("default").GetDouble();

        Assert.Equal(Default(camera, "DeadlineMs"), new CameraSettings().DeadlineMs);
        Assert.Equal(Default(mqtt, "Port"), new MqttSettings().InOrder()[0].Port);
        Assert.Equal(Default(mqtt, "KeepAliveSeconds"), new MqttSettings().KeepAliveSeconds);
        Assert.Equal(Default(mqtt, "ResultExpirySeconds"), new MqttSettings().ResultExpirySeconds);
        Assert.Equal(Default(mqtt, "OutboxMegabytes"), new MqttSettings().OutboxMegabytes);
        Assert.Equal(Default(source, "Width"), new SourceSettings().Width);
        Assert.Equal(Default(source, "Height"), new SourceSettings().Height);
        Assert.Equal(Default(source, "Seed"), new SourceSettings().Seed);
        Assert.Equal(Default(source, "DefectRate"), new SourceSettings().DefectRate);
        Assert.Equal(Default(genicam, "TimeoutMs"), new GenicamSettings().TimeoutMs);
        Assert.Equal(genicam.GetProperty("Trigger").GetProperty("default").GetString(), new GenicamSettings().Trigger);
        Assert.Equal(Default(heatmap, "Quality"), new HeatmapSettings().Quality);
        Assert.Equal(Default(heatmap, "MaxWidth"), new HeatmapSettings().MaxWidth);
        Assert.Equal(Default(heatmap, "Opacity"), new HeatmapSettings().Opacity);
        AssertDefaults(camera.GetProperty("Heatmap"), new HeatmapSettings());
    }

    [Fact]
    public void Every_default_of_archive_and_drift_is_the_default_of_the_schema()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "config", "schema", "appsettings.schema.json");
        using var schema = JsonDocument.Parse(File.ReadAllText(path));
        var archive = schema.RootElement.GetProperty("properties").GetProperty("Archive");
        var drift = schema.RootElement.GetProperty("$defs").GetProperty("Drift");

        AssertDefaults(archive, new ArchiveSettings());
        AssertDefaults(drift, new DriftSettings());
        AssertDefaults(
            schema.RootElement.GetProperty("$defs").GetProperty("Handshake"), new HandshakeSettings());
        Assert.Equal(new DriftOptions(), new DriftSettings().ToOptions());
    }

    private static void AssertDefaults(JsonElement section, object settings)
    {
        foreach (var property in section.GetProperty("properties").EnumerateObject())
        {
            if (!property.Value.TryGetProperty("default", out var expected))
                continue;
            var found = settings.GetType().GetProperty(property.Name)!.GetValue(settings);
            Assert.Equal(
                $"{property.Name} {expected}",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{property.Name} {found}"),
                ignoreCase: true);
        }
    }

    private static void Collect(JsonElement root, JsonElement schema, string path, Dictionary<string, string?> values)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                Collect(root, property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}", values);
        }
        else if (schema.TryGetProperty("additionalProperties", out var each))
        {
            Collect(root, each, path + ":any", values);
        }
        else if (schema.TryGetProperty("items", out var items))
        {
            Collect(root, items, path + ":0", values);
        }
        else
        {
            values[path] = Sample(schema);
        }
    }

    private static string Sample(JsonElement schema) =>
        schema.TryGetProperty("enum", out var names) ? names[0].GetString()!
        : SchemaText.TypeOf(schema) switch
        {
            "boolean" => "true",
            "integer" or "number" => schema.TryGetProperty("minimum", out var low) ? low.GetRawText() : "1",
            _ => "text",
        };
}
