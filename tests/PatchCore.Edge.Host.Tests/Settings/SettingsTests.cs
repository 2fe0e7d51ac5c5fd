using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SettingsTests() => Directory.CreateDirectory(Path.Combine(_folder.Path, "bundle"));

    [Fact]
    public void Smallest_file_gets_the_documented_defaults()
    {
        var settings = Load(Smallest);

        Assert.Equal("s1", settings.Station.Name);
        Assert.Equal("patchcore", settings.Station.TopicRoot);
        var broker = Assert.Single(settings.Mqtt.InOrder());
        Assert.Equal(("localhost", 1883), (broker.Host, broker.Port));
        var camera = settings.Cameras["line-1"];
        Assert.Equal(Path.Combine(_folder.Path, "bundle"), camera.Bundle);
        Assert.Equal(SourceKind.Simulated, camera.Source.Kind);
        Assert.Null(camera.Threshold);
        Assert.Equal(1000, camera.DeadlineMs);
        Assert.Equal(HeatmapWhen.Fail, camera.Heatmap.When);
    }

    [Fact]
    public void Every_error_of_every_section_is_listed_with_key_found_and_expected()
    {
        var errors = Errors("""
            {
              "Station": { "Name": "line 4/a" },
              "Mqtt": { "Prot": 1883, "KeepAliveSeconds": "soon", "Tls": { "Enabled": "yes" } },
              "Execution": { "Providers": [ "CPU", "OpenVINO" ], "DeviceId": -1 },
              "Cameras": {
                "line-1": { "Source": { "Kind": "webcam" }, "Heatmap": { "Quality": 101 }, "Deadline": 5 },
                "line/2": { "Bundle": "bundle", "Source": "folder", "Threshold": -1 }
              },
              "Wat": { "x": 1 }
            }
            """);

        Assert.Equal(
        [
            "Station:Name found 'line 4/a', expected a name of letters, digits, '-', '_' and '.', at most 64",
            "Mqtt:KeepAliveSeconds found 'soon', expected a whole number from 5 to 3600",
            "Mqtt:Tls:Enabled found 'yes', expected true or false",
            "Mqtt:Prot is an unknown key; did you mean Port?",
            "Execution:Providers:1 found 'OpenVINO', expected one of TensorRT, CUDA, CPU",
            "Execution:DeviceId found '-1', expected a whole number from 0 to 63 (a GPU number)",
            "Cameras:line-1:Source:Kind found 'webcam', expected one of folder, video, simulated, rtsp, gstreamer, "
                + "v4l2, genicam",
            "Cameras:line-1:Heatmap:Quality found '101', expected a whole number from 1 to 100 (a JPEG quality)",
            "Cameras:line-1:Deadline is an unknown key; did you mean DeadlineMs?",
            "Cameras:line/2 found the name 'line/2', expected a name of letters, digits, '-', '_' and '.', at most 64",
            "Cameras:line/2:Source found 'folder', expected an object",
            "Cameras:line/2:Threshold found '-1', expected a score above 0; the bundle's threshold unless set",
            "Wat is an unknown key; expected one of Station, Mqtt, Execution, Recipes, Commands, Archive, Sparkplug, "
                + "Cameras, Logging",
        ], errors);
    }

    [Fact]
    public void Values_that_do_not_go_together_are_all_listed()
    {
        var errors = Errors("""
            {
              "Station": { "Name": "s1" },
              "Mqtt": { "PasswordFile": "secret.txt", "Tls": { "Enabled": true, "KeyFile": "key.pem" } },
              "Execution": { "Providers": [ "CPU" ], "RequiredProvider": "CUDA" },
              "Cameras": {
                "a": { "Bundle": "nowhere", "Source": { "Kind": "folder" } },
                "b": { "Bundle": "bundle", "Source": { "Kind": "video", "Path": "film.mp4" } },
                "c": { "Source": { "Kind": "simulated" }, "Trigger": { "Region": [1, 2, 3] } },
                "d": { "Bundle": "bundle", "Recipe": "flange", "Threshold": 2, "Source": { "Kind": "simulated" } }
              }
            }
            """);

        Assert.Equal(
        [
            $"Mqtt:PasswordFile found no file {_folder.Path}/secret.txt",
            "Mqtt:Username is missing, expected a user name to go with Mqtt:PasswordFile",
            $"Mqtt:Tls:KeyFile found no file {_folder.Path}/key.pem",
            "Mqtt:Tls:CertificateFile and Mqtt:Tls:KeyFile go together, found only one of them",
            "Execution:RequiredProvider found 'CUDA', expected one of Execution:Providers (CPU)",
            $"Cameras:a:Bundle found no folder {_folder.Path}/nowhere, "
                + "expected a model bundle (made by: patchcore-edge train)",
            "Cameras:a:Source:Path is missing, expected a path for a source of kind folder",
            $"Cameras:b:Source:Path found no file {_folder.Path}/film.mp4",
            "Cameras:c:Bundle is missing, expected a folder of a model bundle, or Cameras:c:Recipe",
            "Cameras:c:Trigger:Region found [1, 2, 3], "
                + "expected x, y, width and height with a width and a height above 0",
            "Cameras:d:Bundle and Cameras:d:Recipe are both set, expected one of them",
            "Cameras:d:Threshold is set, expected it in the recipe flange",
            "Recipes:Folder is missing, expected the folder with the recipe flange of Cameras:d:Recipe",
        ], errors);
    }

    [Fact]
    public void Command_line_wins_over_environment_wins_over_file()
    {
        Environment.SetEnvironmentVariable("PATCHCORE_Station__TopicRoot", "from-environment");
        Environment.SetEnvironmentVariable("PATCHCORE_Mqtt__Port", "2001");
        try
        {
            var settings = Load(Smallest, "--Mqtt:Port=2002", "--Cameras:line-1:Source:DefectRate=0.25");

            Assert.Equal("from-environment", settings.Station.TopicRoot);
            Assert.Equal(2002, settings.Mqtt.Port);
            Assert.Equal(0.25, settings.Cameras["line-1"].Source.DefectRate);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATCHCORE_Station__TopicRoot", null);
            Environment.SetEnvironmentVariable("PATCHCORE_Mqtt__Port", null);
        }
    }

    [Fact]
    public void Override_with_a_typo_stops_the_start()
    {
        var error = Assert.Throws<SettingsException>(() => Load(Smallest, "--Mqtt:Hots=broker"));

        Assert.Equal(["Mqtt:Hots is an unknown key; did you mean Host?"], error.Errors);
    }

    [Fact]
    public void File_that_is_not_json_is_told_with_its_place()
    {
        var error = Assert.Throws<SettingsException>(() => Load("{ \"Station\": \n { \"Name\" \"x\" } }"));

        Assert.Contains("LineNumber: 1", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_missing_is_named()
    {
        var error = Assert.Throws<SettingsException>(() => SettingsFile.Read("/nowhere/appsettings.json", []));

        Assert.Equal("/nowhere/appsettings.json: 1 error\n  there is no such configuration file", error.Message);
    }

    [Fact]
    public void Shipped_configuration_passes_the_schema()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "config", "appsettings.json");

        var settings = SettingsFile.Read(path, ["--Cameras:line-1:Bundle=" + _folder.Path]);

        Assert.Equal("line-1", Assert.Single(SettingsFile.Bind(settings, path).Cameras).Key);
    }

    public void Dispose() => _folder.Dispose();

    private const string Smallest = """
        {
          "Station": { "Name": "s1" },
          "Cameras": { "line-1": { "Bundle": "bundle", "Source": { "Kind": "simulated" } } }
        }
        """;

    private EdgeSettings Load(string json, params string[] overrides)
    {
        var path = _folder.Write("appsettings.json", json);
        return SettingsFile.Bind(SettingsFile.Read(path, overrides), path);
    }

    private IReadOnlyList<string> Errors(string json) => Assert.Throws<SettingsException>(() => Load(json)).Errors;
}
