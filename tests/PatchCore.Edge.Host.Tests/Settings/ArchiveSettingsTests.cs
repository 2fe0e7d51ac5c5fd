using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class ArchiveSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ArchiveSettingsTests() => Directory.CreateDirectory(Path.Combine(_folder.Path, "bundle"));

    [Theory]
    [InlineData("")]
    [InlineData("\"Archive\": null,")]
    public void Archive_is_off_unless_it_is_set(string archive) => Assert.Null(Load(archive).Archive);

    [Fact]
    public void Path_starts_at_the_folder_of_the_file_and_null_days_keep_for_as_long_as_there_is_room()
    {
        var defaults = Load("\"Archive\": { \"Path\": \"pictures\" },").Archive!;
        var forever = Load(
            """ "Archive": { "Path": "pictures", "MaxDays": null, "Format": "jpeg" }, """).Archive!;

        Assert.Equal((_folder["pictures"], 90, PictureFormat.Png), (defaults.Path, defaults.MaxDays, defaults.Format));
        Assert.Equal((null, PictureFormat.Jpeg), (forever.MaxDays, forever.Format));
        Assert.Equal(_folder["else"], Load("", "--Archive:Path=else").Archive!.Path);
    }

    [Fact]
    public void What_cannot_be_is_listed_with_key_found_and_expected()
    {
        Assert.Equal(
            [
                "Archive:Path is missing, expected a folder, made where there is none",
                "Archive:Format found 'tiff', expected one of png, jpeg",
                "Archive:MaxGigabytes found '0', expected GiB of all files; the oldest frames make room",
            ],
            Errors("\"Archive\": { \"Format\": \"tiff\", \"MaxGigabytes\": 0 },"));
        var file = _folder.Write("file", "");
        Assert.Equal(
            [
                $"Archive:Path found the file {file}, expected a folder, or nothing there",
                "Archive keeps nothing: Pass is 0, Fail and Error are false; expected one of them, or no Archive",
            ],
            Errors("\"Archive\": { \"Path\": \"file\", \"Fail\": false },"));
    }

    [Fact]
    public void Banks_learn_by_command_only_where_it_is_set_and_pictures_are_kept_whole()
    {
        const string Archive = "\"Archive\": { \"Path\": \"pictures\" },";

        Assert.False(Load(Archive).Commands.Bank);
        Assert.True(Load(Archive, "--Commands:Bank=true").Commands.Bank);
        Assert.Equal(
            ["Commands:Bank is true, but Archive is missing: no picture could be confirmed"],
            Errors("", "--Commands:Bank=true"));
        Assert.Equal(
            ["Commands:Bank is true, but Archive:Format is jpeg, expected png, which loses nothing"],
            Errors(Archive, "--Commands:Bank=true", "--Archive:Format=jpeg"));
    }

    [Fact]
    public void Drift_that_cannot_be_is_listed_with_its_camera()
    {
        Assert.Equal(
            [
                "Cameras:line-1:Drift:PsiDrifting is 0.3 and PsiAlarm 0.25, expected above 0 and not below the former",
            ],
            Errors("", "--Cameras:line-1:Drift:PsiDrifting=0.3"));
        Assert.Equal(
            [
                "Cameras:line-1:Drift:Window found '10', expected a whole number from 50 to 10000 "
                    + "(frames that are compared with the baseline)",
            ],
            Errors("", "--Cameras:line-1:Drift:Window=10"));
    }

    public void Dispose() => _folder.Dispose();

    private EdgeSettings Load(string archive, params string[] overrides)
    {
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" }, {{archive}}
              "Cameras": { "line-1": { "Bundle": "bundle", "Source": { "Kind": "simulated" } } }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, overrides), path);
    }

    private IReadOnlyList<string> Errors(string archive, params string[] overrides) =>
        Assert.Throws<SettingsException>(() => Load(archive, overrides)).Errors;
}
