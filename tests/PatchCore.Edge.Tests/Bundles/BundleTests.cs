using System.Security.Cryptography;
using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly BundleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bundle_as_written_opens_with_all_that_was_said_of_it()
    {
        _folder.Write();

        var bundle = Bundle.Open(_folder.Target);

        var manifest = bundle.Manifest;
        Assert.Equal((2, "first", "0.1.0"), (manifest.FormatVersion, manifest.Id, manifest.Version));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), manifest.CreatedAt);
        Assert.Equal(1 / 127.5f, manifest.Preprocessing.Scale);
        Assert.Equal(["6", "12"], manifest.Embedding.Layers);
        Assert.Equal(62720, manifest.Coreset.Patches);
        Assert.Equal([19f, 21f], manifest.Calibration.Scores);
        Assert.Equal(new GoldenImage { File = "golden/000.png", Score = 20.5f }, Assert.Single(manifest.GoldenImages));
        Assert.Equal(["bank.faiss", "embedding.onnx", "golden/000.png"], manifest.Files.Keys);
        Assert.Equal("onnx of first", File.ReadAllText(bundle.BackbonePath));
        Assert.Equal("index of first", File.ReadAllText(bundle.IndexPath));
        Assert.Equal("picture of first", File.ReadAllText(bundle.PathOf("golden/000.png")));
    }

    [Fact]
    public void Path_of_a_file_that_is_not_listed_is_refused()
    {
        var bundle = _folder.Write();

        var e = Assert.Throws<ArgumentException>(() => bundle.PathOf("../secret"));
        Assert.Contains("lists no file '../secret'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedding.onnx")]
    [InlineData("bank.faiss")]
    [InlineData("golden/000.png")]
    public void File_with_any_flipped_byte_is_refused(string name)
    {
        var path = _folder.Write().PathOf(name);
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(path, bytes);
            bytes[i] ^= 1;
            AssertRefused($"{name} has sha256 ", "it is damaged or was replaced");
        }
    }

    [Fact]
    public void Manifest_with_a_flipped_byte_is_refused()
    {
        _folder.Write();
        foreach (var name in (string[])["manifest.json", "manifest.sha256"])
        {
            var path = Path.Combine(_folder.Target, name);
            var bytes = File.ReadAllBytes(path);
            for (var i = 0; i < bytes.Length; i += 13)
            {
                bytes[i] ^= 1;
                File.WriteAllBytes(path, bytes);
                bytes[i] ^= 1;
                AssertRefused("manifest.json ", "damaged");
            }

            File.WriteAllBytes(path, bytes);
        }

        Bundle.Open(_folder.Target);
    }

    [Fact]
    public void Threshold_with_a_flipped_bit_is_refused_although_it_is_a_number()
    {
        _folder.Write();
        var path = Path.Combine(_folder.Target, "manifest.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("31.25", "71.25", StringComparison.Ordinal));

        AssertRefused("manifest.json does not match manifest.sha256");
    }

    [Theory]
    [InlineData("manifest.json", "truncated, damaged")]
    [InlineData("manifest.sha256", "does not match manifest.sha256")]
    [InlineData("embedding.onnx", "embedding.onnx has sha256")]
    [InlineData("bank.faiss", "bank.faiss has sha256")]
    public void File_truncated_to_any_length_is_refused(string name, string reason)
    {
        _folder.Write();
        var path = Path.Combine(_folder.Target, name);
        var bytes = File.ReadAllBytes(path);
        foreach (var length in (int[])[0, 1, bytes.Length / 3, bytes.Length / 2, bytes.Length - 2])
        {
            File.WriteAllBytes(path, bytes[..length]);
            AssertRefused(reason);
        }
    }

    [Theory]
    [InlineData("bank.faiss", "bank.faiss is missing")]
    [InlineData("golden/000.png", "golden/000.png is missing")]
    [InlineData("manifest.sha256", "has no manifest.sha256")]
    [InlineData("manifest.json", "has no manifest.json: it is not a model bundle")]
    public void Missing_file_is_named(string name, string reason)
    {
        _folder.Write();
        File.Delete(Path.Combine(_folder.Target, name));

        AssertRefused(reason);
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("golden/001.png")]
    [InlineData(".hidden")]
    public void Extra_file_is_refused(string name)
    {
        _folder.Write();
        File.WriteAllText(Path.Combine(_folder.Target, name), "");

        AssertRefused($"{name} is not listed in manifest.json, expected no other files");
    }

    [Fact]
    public void Link_in_place_of_a_file_is_refused()
    {
        var path = _folder.Write().IndexPath;
        File.Move(path, _folder.Beside("elsewhere"));
        File.CreateSymbolicLink(path, _folder.Beside("elsewhere"));

        AssertRefused("bank.faiss is a link");
    }

    [Fact]
    public void Directory_that_does_not_exist_is_refused() => AssertRefused("does not exist");

    [Fact]
    public void File_in_place_of_the_directory_is_refused()
    {
        File.WriteAllText(_folder.Target, "");

        AssertRefused("is a file, expected a bundle's directory");
    }

    [Fact]
    public void Foreign_directory_is_refused()
    {
        Directory.CreateDirectory(_folder.Target);
        File.WriteAllText(Path.Combine(_folder.Target, "model.pkl"), "");

        AssertRefused("has no manifest.json: it is not a model bundle");
    }

    [Theory]
    [InlineData("""{ "name": "a web application" }""", "manifest.json has no formatVersion: it is not a model bundle's")]
    [InlineData("""[1]""", "manifest.json has no formatVersion")]
    [InlineData("""{ "formatVersion": "1" }""", "manifest.json has no formatVersion")]
    [InlineData("""{ "formatVersion": 3, "shape": "new" }""", "has format version 3, expected at most 2: it was written by a newer version")]
    [InlineData("""{ "formatVersion": 0 }""", "has format version 0, expected 1")]
    public void Foreign_or_newer_manifest_is_refused(string json, string reason)
    {
        _folder.Write();
        Replace(json);

        AssertRefused(reason);
    }

    [Theory]
    [InlineData("\"id\": \"first\",", "", "id")]
    [InlineData("\"id\"", "\"surprise\": 1, \"id\"", "surprise")]
    [InlineData("\"id\"", "\"id\": \"twice\", \"id\"", "id")]
    [InlineData("\"id\": \"first\"", "\"id\": null", "id")]
    [InlineData("\"threshold\": 31.25,", "", "threshold")]
    [InlineData("\"threshold\": 31.25", "\"threshold\": \"31.25\"", "threshold")]
    [InlineData("\"6\",", "null,", "has a null in goldenImages, embedding.layers, files or provenance")]
    public void Manifest_with_members_missing_unknown_or_of_another_kind_is_refused(
        string found, string changed, string named)
    {
        _folder.Write();
        Edit(found, changed);

        AssertRefused("manifest.json cannot be read", named);
    }

    [Theory]
    [InlineData("\"count\": 6272,\n    \"dimension\": 160", "\"count\": 6272,\n    \"dimension\": 161", "index.dimension is 161, expected the embedding's 160")]
    [InlineData("\"none\"", "\"softmax\"", "scoring.reweighting is 'softmax', expected none or paper or seed")]
    [InlineData("\"rgb\"", "\"grb\"", "preprocessing.colorOrder is 'grb', expected rgb or bgr")]
    [InlineData("\"ratio\": 0.1", "\"ratio\": 10", "coreset.ratio is 10, expected above 0, at most 1")]
    [InlineData("\"levels\": 1", "\"levels\": 3", "coreset.levels is 3, expected 1 or 2")]
    [InlineData("\"levels\": 1", "\"levels\": 2", "coreset.levelRadii has 0 values, expected one for each of the 2 levels")]
    [InlineData("\"levelRadii\": []", "\"levelRadii\": [-1]", "coreset.levelRadii has a value below 0")]
    [InlineData("\"coverage\": \"exact\"", "\"coverage\": \"about\"", "coreset.coverage is 'about', expected exact or bound")]
    [InlineData("\"kept\": 0", "\"kept\": 6271", "coreset.kept is 6271, expected 6272 to 62720")]
    [InlineData("\"bankMax\": 0", "\"bankMax\": -1", "coreset.memoryMegabytes, projection and bankMax are 0, 0 and -1, expected 0 or more")]
    [InlineData("\"bankMax\": 0", "\"bankMax\": 0, \"bankLatency\": { \"budgetMs\": 5, \"measuredMs\": -1, \"queries\": 784 }", "coreset.bankLatency is -1 of 5 ms for 784 queries")]
    [InlineData("\"heldOutFrames\": 2", "\"heldOutFrames\": 3", "calibration.scores has 2 values, expected one for each of the 3")]
    [InlineData("\"file\": \"golden/000.png\"", "\"file\": \"golden/009.png\"", "files does not list 'golden/009.png'")]
    [InlineData("\"threshold\": 31.25", "\"threshold\": 1e39", "calibration has a number that is not finite")]
    public void Manifest_that_makes_no_sense_is_refused_by_key(string found, string changed, string reason)
    {
        _folder.Write();
        Edit(found, changed);

        AssertRefused("manifest.json: ", reason);
    }

    [Fact]
    public void Manifest_with_several_faults_has_all_of_them_listed()
    {
        _folder.Write();
        Edit("\"rgb\"", "\"grb\"");
        Edit("\"none\"", "\"softmax\"");

        AssertRefused("preprocessing.colorOrder", "scoring.reweighting");
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("golden/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("golden//000.png")]
    [InlineData("./bank.faiss")]
    [InlineData("")]
    public void File_name_that_leads_outside_is_refused(string name)
    {
        _folder.Write();
        Edit("\"bank.faiss\"", $"\"{name}\": \"{new string('0', 64)}\", \"bank.faiss\"");

        AssertRefused($"the name '{name}' must be a relative path that stays inside the bundle");
    }

    [Theory]
    [InlineData("..\\\\outside", "must have neither control characters")]
    [InlineData("C:outside", "must have neither control characters")]
    [InlineData("a\\nb", "must have neither control characters")]
    [InlineData("manifest.json", "is the manifest's own")]
    public void File_name_that_not_every_system_reads_alike_is_refused(string name, string reason)
    {
        _folder.Write();
        Edit("\"bank.faiss\"", $"\"{name}\": \"{new string('0', 64)}\", \"bank.faiss\"");

        AssertRefused(reason);
    }

    [Fact]
    public void Bundle_whose_writer_died_between_the_renames_opens_where_it_was_left()
    {
        _folder.Write();
        Directory.Move(_folder.Target, _folder.Beside(".tiles.replaced"));

        Assert.Equal("first", Bundle.Open(_folder.Target + "/").Manifest.Id);
    }

    private void AssertRefused(params string[] reasons)
    {
        var e = Assert.Throws<BundleException>(() => Bundle.Open(_folder.Target));
        Assert.Equal(_folder.Target, e.Path);
        Assert.StartsWith(_folder.Target + ": ", e.Message, StringComparison.Ordinal);
        Assert.All(reasons, reason => Assert.Contains(reason, e.Reason, StringComparison.Ordinal));
    }

    private void Edit(string found, string changed)
    {
        var json = File.ReadAllText(Path.Combine(_folder.Target, "manifest.json"));
        Assert.Contains(found, json, StringComparison.Ordinal);
        Replace(json.Replace(found, changed, StringComparison.Ordinal));
    }

    // With a checksum that fits: an edit, not damage.
    private void Replace(string json)
    {
        var path = Path.Combine(_folder.Target, "manifest.json");
        File.WriteAllText(path, json);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        File.WriteAllText(Path.Combine(_folder.Target, "manifest.sha256"), $"{hash}  manifest.json\n");
    }
}
