using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class GenicamSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GenicamSettingsTests() => Directory.CreateDirectory(_folder["bundle"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Section_that_is_empty_gives_the_defaults()
    {
        var options = Sources.Options(Load("{}"));

        Assert.Equal(new GenicamSourceOptions { Features = options.Features }, options);
        Assert.Empty(options.Features);
    }

    [Fact]
    public void Every_key_lands_in_its_option_and_features_keep_their_order()
    {
        var options = Sources.Options(Load("""
            {
              "Id": "Basler-1234", "PixelFormat": "BayerRG8", "Width": 640, "Height": 480, "OffsetX": 8, "OffsetY": 16,
              "ExposureUs": 2500.5, "Gain": -1.5, "FramesPerSecond": 12.5, "Trigger": "Line0",
              "TriggerActivation": "FallingEdge", "PacketSize": 8192, "PacketResend": false, "Chunks": true,
              "Features": ["LineSelector=Line1", "LineMode = Output", "LineSelector=Line2", "UserName=a=b"],
              "TimeoutMs": 250
            }
            """));

        Assert.Equal(
            new GenicamSourceOptions
            {
                Id = "Basler-1234",
                PixelFormat = "BayerRG8",
                Width = 640,
                Height = 480,
                OffsetX = 8,
                OffsetY = 16,
                ExposureUs = 2500.5,
                Gain = -1.5,
                FramesPerSecond = 12.5,
                Trigger = "Line0",
                TriggerActivation = "FallingEdge",
                PacketSize = 8192,
                PacketResend = false,
                Chunks = true,
                Features = options.Features,
                Timeout = TimeSpan.FromMilliseconds(250),
            },
            options);
        Assert.Equal(
            ["LineSelector=Line1", "LineMode=Output", "LineSelector=Line2", "UserName=a=b"],
            options.Features.Select(feature => $"{feature.Key}={feature.Value}"));
    }

    [Theory]
    [InlineData("off", null)]
    [InlineData("Off", null)]
    [InlineData("software", GenicamSourceOptions.SoftwareTrigger)]
    [InlineData("Line3", "Line3")]
    public void Trigger_is_off_software_or_a_signal(string setting, string? expected) =>
        Assert.Equal(expected, Sources.Options(Load($$"""{ "Trigger": "{{setting}}" }""")).Trigger);

    [Fact]
    public void Errors_are_listed_with_key_found_and_expected()
    {
        var error = Assert.Throws<SettingsException>(() => Load("""
            { "Widht": 5, "Height": 0, "PacketSize": 9, "Features": ["Gain 5"], "ExposureUs": "long" }
            """));

        const string Key = "Cameras:line-1:Source:Genicam:";
        Assert.Equal(
        [
            Key + "Height found '0', expected a whole number from 1 to 65535",
            Key + "ExposureUs found 'long', expected an exposure time in microseconds, above 0",
            Key + "PacketSize found '9', expected a whole number from 220 to 65535 "
                + "(bytes of a GigE Vision packet; the largest that arrives unless set)",
            Key + "Features:0 found 'Gain 5', expected a feature and its value, Name=value",
            Key + "Widht is an unknown key; did you mean Width?",
        ], error.Errors);
    }

    [Fact]
    public void Activation_without_a_signal_is_refused()
    {
        var error = Assert.Throws<SettingsException>(
            () => Load("""{ "Trigger": "software", "TriggerActivation": "RisingEdge" }"""));

        Assert.Equal(
            ["Cameras:line-1:Source:Genicam:TriggerActivation found 'RisingEdge' with Trigger 'software', "
                + "expected none, or a Trigger that is a signal (Line0, …)"],
            error.Errors);
    }

    private GenicamSettings Load(string section)
    {
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" },
              "Cameras": { "line-1": { "Bundle": "bundle", "Source": { "Kind": "genicam", "Genicam": {{section}} } } }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path).Cameras["line-1"].Source.Genicam;
    }
}
