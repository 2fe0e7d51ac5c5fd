using System.Diagnostics;
using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

public sealed class BundleWriterTests : IDisposable
{
    private readonly BundleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bundle_over_an_older_one_replaces_it_and_keeps_it_as_a_version()
    {
        _folder.Write("first");
        var written = _folder.Write("second");

        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(Bundle.Open(_folder.Target).Manifest.Files, written.Manifest.Files);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
        Assert.Equal("first", Bundle.Open(_folder.Beside("tiles.versions/first")).Manifest.Id);
    }

    [Fact]
    public void Write_that_fails_half_way_keeps_the_old_bundle_and_leaves_nothing_beside()
    {
        _folder.Write("first");

        var second = BundleFolder.Describe("second");
        var e = Assert.Throws<IOException>(() => BundleWriter.Write(_folder.Target, second, staging =>
        {
            File.WriteAllText(Path.Combine(staging, "embedding.onnx"), "half");
            throw new IOException("the disk is full");
        }));

        Assert.Equal("the disk is full", e.Message);
        Assert.Equal("first", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["tiles"], _folder.Entries);
    }

    [Fact]
    public void Write_without_a_file_that_a_bundle_needs_is_refused_by_name()
    {
        var e = Assert.Throws<BundleException>(() => BundleWriter.Write(
            _folder.Target,
            BundleFolder.Describe("first"),
            staging => File.WriteAllText(Path.Combine(staging, "embedding.onnx"), "")));

        Assert.Contains(
            "files does not list 'bank.faiss'; files does not list 'golden/000.png'", e.Reason,
            StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void Write_of_a_threshold_that_is_not_a_number_is_refused()
    {
        var manifest = BundleFolder.Describe("first");
        manifest = manifest with { Calibration = manifest.Calibration with { Threshold = float.NaN } };

        var e = Assert.Throws<BundleException>(() => BundleWriter.Write(
            _folder.Target, manifest, staging => BundleFolder.WriteFiles(staging, "first")));

        Assert.Contains("calibration has a number that is not finite", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Leftovers_of_a_writer_that_was_killed_are_cleaned_up()
    {
        _folder.Write("first");
        Directory.CreateDirectory(_folder.Beside(".tiles.staging/golden"));
        File.WriteAllText(_folder.Beside(".tiles.staging/old.bin"), "");
        Directory.CreateDirectory(_folder.Beside(".tiles.replaced"));
        File.WriteAllText(_folder.Beside(".tiles.lock"), "");

        _folder.Write("second");

        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.False(File.Exists(Path.Combine(_folder.Target, "old.bin")));
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
    }

    [Fact]
    public void Bundle_left_aside_by_a_killed_writer_comes_back_when_the_next_write_fails()
    {
        _folder.Write("first");
        Directory.Move(_folder.Target, _folder.Beside(".tiles.replaced"));

        Assert.Throws<InvalidOperationException>(() => BundleWriter.Write(
            _folder.Target, BundleFolder.Describe("second"), _ => throw new InvalidOperationException()));

        Assert.Equal("first", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["tiles"], _folder.Entries);
    }

    [Fact]
    public void Second_writer_at_the_same_time_is_refused_and_the_first_is_undisturbed()
    {
        BundleWriter.Write(_folder.Target, BundleFolder.Describe("first"), staging =>
        {
            BundleFolder.WriteFiles(staging, "first");
            var e = Assert.Throws<BundleException>(() => _folder.Write("second"));
            Assert.Contains("is being written by another process", e.Reason, StringComparison.Ordinal);
        });

        Assert.Equal("first", Bundle.Open(_folder.Target).Manifest.Id);
    }

    [Fact]
    public void Directory_that_is_no_bundle_is_not_overwritten()
    {
        Directory.CreateDirectory(_folder.Target);
        File.WriteAllText(Path.Combine(_folder.Target, "thesis.txt"), "all of it");

        var e = Assert.Throws<BundleException>(() => _folder.Write());

        Assert.Contains("it is not a model bundle and is not overwritten", e.Reason, StringComparison.Ordinal);
        Assert.Equal("all of it", File.ReadAllText(Path.Combine(_folder.Target, "thesis.txt")));
    }

    [Fact]
    public void File_in_place_of_the_bundle_is_not_overwritten()
    {
        File.WriteAllText(_folder.Target, "all of it");

        var e = Assert.Throws<BundleException>(() => _folder.Write());

        Assert.Contains("is a file", e.Reason, StringComparison.Ordinal);
        Assert.Equal("all of it", File.ReadAllText(_folder.Target));
    }

    [Fact]
    public void Bundle_in_an_empty_directory_or_below_missing_ones_is_written()
    {
        Directory.CreateDirectory(_folder.Target);
        Assert.Equal("first", _folder.Write("first").Manifest.Id);

        var deep = Path.Combine(_folder.Beside("a"), "b", "tiles");
        BundleWriter.Write(deep, BundleFolder.Describe("deep"), staging => BundleFolder.WriteFiles(staging, "deep"));
        Assert.Equal("deep", Bundle.Open(deep).Manifest.Id);
    }

    [Fact]
    public void Manifest_checksum_is_one_that_sha256sum_checks()
    {
        var bundle = _folder.Write();

        using var check = Process.Start(new ProcessStartInfo("sha256sum", "--strict -c manifest.sha256")
        {
            WorkingDirectory = bundle.Directory,
            RedirectStandardOutput = true,
        })!;

        Assert.Equal("manifest.json: OK\n", check.StandardOutput.ReadToEnd());
    }

    [Fact]
    public async Task Reader_during_many_swaps_is_given_whole_bundles_alone()
    {
        _folder.Write("0");
        var whole = 0;
        var reader = Task.Run(() =>
        {
            for (var i = 0; i < 30; i++)
            {
                // A reader that is overtaken in the middle is told so.
                try
                {
                    var bundle = Bundle.Open(_folder.Target);
                    Assert.Equal(3, bundle.Manifest.Files.Count);
                    whole++;
                }
                catch (BundleException e)
                {
                    Assert.Matches(
                        "is missing|does not exist|cannot be read|has no manifest|has sha256|does not match", e.Reason);
                }
            }
        });

        var writes = 0;
        do
            _folder.Write($"{++writes}");
        while (!reader.IsCompleted);
        await reader;

        Assert.True(whole > 0, "every one of 30 reads was overtaken");
        Assert.Equal($"{writes}", Bundle.Open(_folder.Target).Manifest.Id);
    }
}
