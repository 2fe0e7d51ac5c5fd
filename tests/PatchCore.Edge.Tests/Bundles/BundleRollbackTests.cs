using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

public sealed class BundleRollbackTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly BundleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Version_takes_the_place_and_what_was_there_is_kept()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        WriteAt("v2", 2);

        var bundle = BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v0"));

        Assert.Equal(("v0", _folder.Target), (bundle.Manifest.Id, bundle.Directory));
        Assert.Equal("index of v0", File.ReadAllText(Bundle.Open(_folder.Target).IndexPath));
        Assert.Equal(["v2", "v1"], _folder.Versions);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
    }

    [Fact]
    public void Rollback_is_taken_back_by_another()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        BundleRollback.To(_folder.Target, BundleRollback.Previous(_folder.Target));
        Assert.Equal("v0", Bundle.Open(_folder.Target).Manifest.Id);

        BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v1"));

        Assert.Equal("v1", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal("index of v1", File.ReadAllText(Bundle.Open(_folder.Target).IndexPath));
        Assert.Equal(["v0"], _folder.Versions);
    }

    [Fact]
    public void Version_before_is_the_parent_however_old_others_are()
    {
        WriteAt("v0", 0);
        WriteAt("v5", 5);
        BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v0"));
        var parent = Bundle.Open(_folder.Target);
        BundleWriter.Revise(parent, parent.Manifest.Revise(ProvenanceInfo.Calibrate, "by hand", Noon.AddHours(6)));

        Assert.Equal("v0", BundleRollback.Previous(_folder.Target).Id);
    }

    [Fact]
    public void Version_before_is_the_newest_that_is_older_where_no_parent_is_kept()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        WriteAt("v2", 2);
        WriteAt("v3", 3);
        BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v2"));

        Assert.Equal("v1", BundleRollback.Previous(_folder.Target).Id);
    }

    [Fact]
    public void Oldest_bundle_has_no_version_before_it()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v0"));

        var e = Assert.Throws<BundleException>(() => BundleRollback.Previous(_folder.Target));

        Assert.Equal("has no version before v0; kept are v1", e.Reason);
    }

    [Fact]
    public void Unknown_id_lists_those_that_are_there()
    {
        WriteAt("v0", 0);
        Assert.Equal(
            "has no version v9; none are kept",
            Assert.Throws<BundleException>(() => BundleRollback.Find(_folder.Target, "v9")).Reason);
        WriteAt("v1", 1);
        WriteAt("v2", 2);

        var e = Assert.Throws<BundleException>(() => BundleRollback.Find(_folder.Target, "v9"));

        Assert.Equal("has no version v9; kept are v1, v0", e.Reason);
    }

    [Fact]
    public void Damaged_version_is_refused_and_nothing_is_changed()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        File.AppendAllText(_folder.Beside("tiles.versions/v0/bank.faiss"), "!");

        var e = Assert.Throws<BundleException>(
            () => BundleRollback.To(_folder.Target, BundleRollback.Find(_folder.Target, "v0")));

        Assert.Contains("bank.faiss has sha256", e.Reason, StringComparison.Ordinal);
        Assert.Equal("v1", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["v0"], _folder.Versions);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
    }

    [Fact]
    public void Version_that_is_not_wanted_after_a_look_changes_nothing()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        string? seen = null;

        Assert.Throws<InvalidOperationException>(() => BundleRollback.To(
            _folder.Target, BundleRollback.Previous(_folder.Target), bundle =>
            {
                seen = bundle.Manifest.Id;
                throw new InvalidOperationException();
            }));

        Assert.Equal("v0", seen);
        Assert.Equal("v1", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["v0"], _folder.Versions);
    }

    [Fact]
    public void Damaged_bundle_gives_way_to_the_newest_version()
    {
        WriteAt("v0", 0);
        WriteAt("v1", 1);
        WriteAt("v2", 2);
        File.WriteAllText(Path.Combine(_folder.Target, "manifest.json"), "{");

        BundleRollback.To(_folder.Target, BundleRollback.Previous(_folder.Target));

        Assert.Equal("v1", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["v0"], _folder.Versions);
    }

    [Fact]
    public void Difference_names_keys_and_files()
    {
        var first = _folder.Write("first").Manifest;
        BundleWriter.Write(
            _folder.Target,
            first with
            {
                Calibration = first.Calibration with { Threshold = 33.5f },
                Geometry = first.Geometry with { Frame = new FrameSizeInfo { Width = 640, Height = 480 } },
            },
            staging =>
            {
                BundleFolder.WriteFiles(staging, "first");
                File.WriteAllText(Path.Combine(staging, "bank.faiss"), "larger");
                File.WriteAllText(Path.Combine(staging, "origins.json"), "{}");
            });
        var second = Bundle.Open(_folder.Target).Manifest;

        var difference = BundleDifference.Between(first, second);

        Assert.Equal(
            [
                new DifferentKey("calibration.threshold", "31.25", "33.5"),
                new DifferentKey("geometry.frame.width", null, "640"),
                new DifferentKey("geometry.frame.height", null, "480"),
            ],
            difference.Keys.OrderBy(key => key.First is null));
        Assert.Equal(
            [
                new DifferentFile("bank.faiss", first.Files["bank.faiss"], second.Files["bank.faiss"]),
                new DifferentFile("origins.json", null, second.Files["origins.json"]),
            ],
            difference.Files);
        var none = BundleDifference.Between(first, first);
        Assert.Empty(none.Keys);
        Assert.Empty(none.Files);
    }

    private void WriteAt(string id, int hour) => BundleWriter.Write(
        _folder.Target,
        BundleFolder.Describe(id) with { CreatedAt = Noon.AddHours(hour) },
        staging => BundleFolder.WriteFiles(staging, id));
}
