using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class CameraSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CameraSettingsTests()
    {
        Directory.CreateDirectory(_folder["bundle"]);
        Directory.CreateDirectory(_folder["incoming"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Watchdog_that_is_not_set_is_as_a_camera_is_by_itself() => Assert.Equal(
        new CameraOptions { KeepEvery = true, Backoff = [] },
        new WatchdogSettings().ToOptions(keepEvery: true) with { Backoff = [] });

    [Fact]
    public void Watchdog_with_every_key_is_read_as_written()
    {
        var options = Load(
            """
            "Watchdog": {
              "StallMs": 2500, "OpenMs": 4000, "FrozenMs": 500, "Black": 0.1, "Saturated": 0.5, "FullScale": 4095,
              "RefuseFrozen": false, "RefuseBlack": false, "RefuseSaturated": true
            },
            "Source": { "Kind": "simulated" }
            """).Watchdog.ToOptions(keepEvery: false);

        Assert.Equal(
            (false, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(4)),
            (options.KeepEvery, options.StallTimeout, options.OpenTimeout));
        Assert.Equal(
            new PictureCheckOptions
            {
                FrozenAfter = TimeSpan.FromSeconds(0.5),
                Black = 0.1,
                Saturated = 0.5,
                FullScale = 4095,
                RefuseFrozen = false,
                RefuseBlack = false,
                RefuseSaturated = true,
            },
            options.Pictures);
    }

    [Fact]
    public void Zero_turns_a_check_off()
    {
        var options = Load(
            """
            "Watchdog": { "StallMs": 0, "FrozenMs": 0, "Black": 0, "Saturated": 0 }, "Source": { "Kind": "simulated" }
            """).Watchdog.ToOptions(keepEvery: false);

        Assert.Null(options.StallTimeout);
        Assert.Equal(
            (null, null, null), (options.Pictures.FrozenAfter, options.Pictures.Black, options.Pictures.Saturated));
        options.Validate();
    }

    [Fact]
    public void Folder_that_is_watched_is_opened_as_such()
    {
        var source = Load(
            """
            "Source": {
              "Kind": "folder", "Path": "incoming",
              "Folder": { "Watch": true, "TakeExisting": true, "PollMs": 50, "Afterwards": "move", "MoveTo": "done" }
            }
            """).Source;

        Assert.Equal(_folder["done"], source.Folder.MoveTo);
        using var opened = Sources.Of(source, TimeProvider.System)();
        Assert.Equal($"watched folder {_folder["incoming"]}", opened.Description);
    }

    [Theory]
    [InlineData(
        """ "Kind": "simulated", "Folder": { "Watch": true } """,
        "Cameras:a:Source:Folder:Watch is true, expected it with Cameras:a:Source:Kind folder alone")]
    [InlineData(
        """ "Kind": "folder", "Path": "incoming", "Loop": true, "Folder": { "Watch": true } """,
        "Cameras:a:Source:Loop is true, expected false: a folder that is watched has no end")]
    [InlineData(
        """ "Kind": "folder", "Path": "incoming", "Folder": { "Afterwards": "delete" } """,
        "Cameras:a:Source:Folder:TakeExisting and Afterwards expect Cameras:a:Source:Folder:Watch true")]
    [InlineData(
        """ "Kind": "folder", "Path": "incoming", "Folder": { "Watch": true, "Afterwards": "move" } """,
        "Cameras:a:Source:Folder:MoveTo found '', expected a folder for files that were read, other than Path")]
    [InlineData(
        """ "Kind": "folder", "Path": "incoming", "Folder": { "Watch": true, "PollMs": 9000 } """,
        "Cameras:a:Source:Folder:PollMs found '9000', expected a whole number from 10 to 5000 "
            + "(milliseconds from look to look)")]
    public void Folder_settings_that_do_not_go_together_are_named(string source, string expected) => Assert.Equal(
        [expected], Assert.Throws<SettingsException>(() => Load($$"""  "Source": { {{source}} } """)).Errors);

    [Fact]
    public void Handshake_is_off_unless_set_and_has_defaults()
    {
        var source = """ "Source": { "Kind": "simulated" }, "Trigger": { "Kind": "command" } """;
        var off = Load(source).Plc.Handshake;
        var on = Load(source + """ , "Plc": { "Handshake": { "Enabled": true } } """).Plc.Handshake;

        Assert.Equal((false, true), (off.Enabled, on.Enabled));
        Assert.Equal((10000, 1000), (on.AckTimeoutMs, on.HeartbeatMs));
    }

    [Theory]
    [InlineData(
        "hardware", 10000,
        "Cameras:a:Plc:Handshake:Enabled is true, expected it with Cameras:a:Trigger:Kind command alone")]
    [InlineData(
        "command", 0,
        "Cameras:a:Plc:Handshake:AckTimeoutMs found '0', expected a whole number from 10 to 3600000 "
            + "(milliseconds that a result is held for its acknowledgement)")]
    public void Handshake_that_cannot_be_is_named(string trigger, int timeout, string expected)
    {
        var camera = $$"""
            "Source": { "Kind": "simulated" }, "Trigger": { "Kind": "{{trigger}}" },
            "Plc": { "Handshake": { "Enabled": true, "AckTimeoutMs": {{timeout}} } }
            """;

        Assert.Equal([expected], Assert.Throws<SettingsException>(() => Load(camera)).Errors);
    }

    private CameraSettings Load(string camera)
    {
        var path = _folder.Write("appsettings.json", $$"""
            { "Station": { "Name": "s1" }, "Cameras": { "a": { "Bundle": "bundle", {{camera}} } } }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path).Cameras["a"];
    }
}
