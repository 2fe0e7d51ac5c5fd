using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class HeatmapSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HeatmapSettingsTests() => Directory.CreateDirectory(_folder["bundle"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Heatmap_with_every_key_is_read_as_written()
    {
        var heatmap = Load(
            """
            "When": "every", "Every": 20, "Layers": "both", "Format": "png", "MaxWidth": 800, "MapMaxWidth": 224,
            "Quality": 60, "Opacity": 0.7
            """);

        Assert.Equal((HeatmapWhen.Every, 20, HeatmapLayers.Both), (heatmap.When, heatmap.Every, heatmap.Layers));
        Assert.Equal(
            new HeatmapOptions
            {
                Format = PictureFormat.Png,
                MaxWidth = 800,
                MapMaxWidth = 224,
                Quality = 60,
                Opacity = 0.7f,
            },
            heatmap.ToOptions());
        Assert.Equal("image/png", heatmap.ToOptions().ContentType);
    }

    [Fact]
    public void Heatmap_that_is_not_set_is_a_blended_jpeg_of_parts_that_fail()
    {
        var heatmap = Load("");

        Assert.Equal((HeatmapWhen.Fail, null, HeatmapLayers.Blended), (heatmap.When, heatmap.Every, heatmap.Layers));
        Assert.Equal("image/jpeg", heatmap.ToOptions().ContentType);
    }

    [Theory]
    [InlineData(
        """ "When": "every" """,
        "Cameras:a:Heatmap:Every is missing, expected how many parts it is from picture to picture")]
    [InlineData(
        """ "When": "fail", "Every": 3 """,
        "Cameras:a:Heatmap:Every is 3, expected it with Cameras:a:Heatmap:When every alone")]
    [InlineData(
        """ "When": "every", "Every": 0 """,
        "Cameras:a:Heatmap:Every found '0', expected a whole number from 1 to 1000000 "
            + "(inspected parts from picture to picture)")]
    [InlineData(
        """ "Format": "bmp" """,
        "Cameras:a:Heatmap:Format found 'bmp', expected one of jpeg, png")]
    public void Heatmap_settings_that_are_wrong_are_named(string heatmap, string expected) =>
        Assert.Equal([expected], Assert.Throws<SettingsException>(() => Load(heatmap)).Errors);

    [Theory]
    [InlineData("separate")]
    [InlineData("both")]
    public void Layers_need_MQTT_5(string layers) => Assert.Equal(
        [
            $"Cameras:a:Heatmap:Layers is {layers}, expected blended with Mqtt:Protocol 3.1.1: which picture a map "
                + "belongs to is an MQTT 5 property",
        ],
        Assert.Throws<SettingsException>(
            () => Load($"""  "Layers": "{layers}" """, """ "Mqtt": { "Protocol": "3.1.1" }, """)).Errors);

    private HeatmapSettings Load(string heatmap, string more = "")
    {
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" }, {{more}}
              "Cameras": {
                "a": { "Bundle": "bundle", "Source": { "Kind": "simulated" }, "Heatmap": { {{heatmap}} } }
              }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path).Cameras["a"].Heatmap;
    }
}
