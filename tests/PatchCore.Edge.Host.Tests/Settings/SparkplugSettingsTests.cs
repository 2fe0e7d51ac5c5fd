using System.Text.Json;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class SparkplugSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SparkplugSettingsTests() => Directory.CreateDirectory(_folder["bundle"]);

    [Fact]
    public void Station_is_no_edge_node_unless_it_is_asked_for()
    {
        Assert.Null(Load("").Sparkplug);

        var sparkplug = Load("""{ "Group": "Plant_1", "Folder": "kept" }""").Sparkplug!;
        Assert.Equal(
            ("Plant_1", null, _folder["kept"], 256, 168.0),
            (sparkplug.Group, sparkplug.Node, sparkplug.Folder, sparkplug.MaxMegabytes, sparkplug.MaxHours));
    }

    [Fact]
    public void Every_default_is_the_default_of_the_schema()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "config", "schema", "appsettings.schema.json");
        using var schema = JsonDocument.Parse(File.ReadAllText(path));
        var keys = schema.RootElement.GetProperty("properties").GetProperty("Sparkplug").GetProperty("properties");

        Assert.Equal(Default("MaxMegabytes"), new SparkplugSettings().MaxMegabytes);
        Assert.Equal(Default("MaxHours"), new SparkplugSettings().MaxHours);

        double Default(string key) => keys.GetProperty(key).GetProperty("default").GetDouble();
    }

    [Theory]
    [InlineData("""{ "Group": "plant/1" }""",
        "Group found 'plant/1', expected a name without '/', '+', '#' and spaces, at most 64")]
    [InlineData("""{ "Group": "" }""", "Group found '', expected a name without '/', '+', '#' and spaces, at most 64")]
    [InlineData("""{ "Group": "a", "Node": "+" }""",
        "Node found '+', expected a name without '/', '+', '#' and spaces, at most 64; the station's name unless set")]
    [InlineData("""{ "Group": "a", "Node": "x#" }""",
        "Node found 'x#', expected a name without '/', '+', '#' and spaces, at most 64; the station's name unless set")]
    [InlineData("""{ "Node": "a" }""",
        "Group is missing, expected a name without '/', '+', '#' and spaces, at most 64")]
    public void Name_that_is_no_level_of_a_topic_is_refused(string sparkplug, string error) =>
        Assert.Equal(
            ["Sparkplug:" + error], Assert.Throws<SettingsException>(() => Load(sparkplug)).Errors);

    [Fact]
    public void Folder_that_is_a_file_is_refused()
    {
        var file = _folder.Write("kept", "");

        Assert.Equal(
            [$"Sparkplug:Folder found the file {file}, expected a folder, or nothing there"],
            Assert.Throws<SettingsException>(() => Load("""{ "Group": "a", "Folder": "kept" }""")).Errors);
    }

    public void Dispose() => _folder.Dispose();

    private EdgeSettings Load(string sparkplug)
    {
        var section = sparkplug.Length == 0 ? "" : $"\"Sparkplug\": {sparkplug},";
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" }, {{section}}
              "Cameras": { "line-1": { "Bundle": "bundle", "Source": { "Kind": "simulated" } } }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path);
    }
}
