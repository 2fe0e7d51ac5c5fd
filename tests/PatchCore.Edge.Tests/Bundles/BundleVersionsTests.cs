using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

public sealed class BundleVersionsTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly BundleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Five_versions_are_kept_newest_first()
    {
        for (var i = 0; i < 8; i++)
            WriteAt($"v{i}", i);

        Assert.Equal("v7", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["v6", "v5", "v4", "v3", "v2"], _folder.Versions);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
        Assert.All(BundleVersions.Of(_folder.Target), v => Assert.Equal(v.Id, Bundle.Open(v.Directory).Manifest.Id));
    }

    [Fact]
    public void Bundle_that_was_replaced_last_is_kept_however_old_it_is()
    {
        foreach (var hour in (int[])[2, 3, 4, 5, 6, 0, 7])
            WriteAt($"v{hour}", hour);

        Assert.Equal(["v6", "v5", "v4", "v3", "v0"], _folder.Versions);
    }

    [Fact]
    public void Version_is_listed_with_its_size_although_it_is_damaged()
    {
        _folder.Write("first");
        _folder.Write("second");
        var path = _folder.Beside("tiles.versions/first/manifest.json");
        File.WriteAllText(path, "");

        var version = Assert.Single(BundleVersions.Of(_folder.Target));

        Assert.Equal(("first", null), (version.Id, version.Manifest));
        Assert.Equal(
            new DirectoryInfo(version.Directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length),
            version.Bytes);
    }

    [Fact]
    public void Writer_killed_before_the_new_bundle_was_in_place_lost_nothing()
    {
        _folder.Write("first");
        _folder.Write("second");
        Directory.Move(_folder.Target, _folder.Beside(".tiles.replaced"));
        Directory.CreateDirectory(_folder.Beside(".tiles.staging"));

        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
        _folder.Write("third");

        Assert.Equal("third", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["second", "first"], _folder.Versions);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
    }

    [Fact]
    public void Writer_killed_after_the_new_bundle_was_in_place_lost_nothing()
    {
        _folder.Write("first");
        Directory.Move(_folder.Target, _folder.Beside(".tiles.replaced"));
        BundleWriter.Write(
            _folder.Beside("new"), BundleFolder.Describe("second"), s => BundleFolder.WriteFiles(s, "second"));
        Directory.Move(_folder.Beside("new"), _folder.Target);

        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
        _folder.Write("third");

        Assert.Equal("third", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["second", "first"], _folder.Versions);
    }

    [Fact]
    public void Writer_killed_while_it_deleted_a_version_leaves_no_half_of_one()
    {
        for (var i = 0; i < 6; i++)
            WriteAt($"v{i}", i);
        Directory.Move(_folder.Beside("tiles.versions/v0"), _folder.Beside(".tiles.dropped"));
        File.Delete(_folder.Beside(".tiles.dropped/manifest.json"));

        WriteAt("v6", 6);

        Assert.Equal(["v5", "v4", "v3", "v2", "v1"], _folder.Versions);
        Assert.Equal(["tiles", "tiles.versions"], _folder.Entries);
    }

    [Fact]
    public void Bundle_whose_id_cannot_name_a_directory_is_not_kept()
    {
        BundleWriter.Write(
            _folder.Target, BundleFolder.Describe("../../elsewhere"), s => BundleFolder.WriteFiles(s, "first"));
        _folder.Write("second");

        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
        Assert.Equal(["tiles"], _folder.Entries);
    }

    [Fact]
    public void Place_of_versions_is_refused_to_new_bundles()
    {
        _folder.Write("first");
        _folder.Write("second");
        var version = Bundle.Open(_folder.Beside("tiles.versions/first"));

        var e = Assert.Throws<BundleException>(
            () => BundleWriter.Revise(version, version.Manifest.Revise(ProvenanceInfo.Calibrate, "by hand", Noon)));

        Assert.Contains("is in tiles.versions, where older versions are kept", e.Reason, StringComparison.Ordinal);
        Assert.Equal(["first"], _folder.Versions);
    }

    [Fact]
    public void Revised_bundle_has_the_files_of_its_parent_and_says_where_it_comes_from()
    {
        var parent = _folder.Write("first");
        var manifest = parent.Manifest.Revise(ProvenanceInfo.Calibrate, "40 frames of /good", Noon);

        var revised = BundleWriter.Revise(
            parent, manifest with { Calibration = manifest.Calibration with { Threshold = 33 } });

        var opened = Bundle.Open(_folder.Target);
        Assert.Equal(revised.Manifest.Id, opened.Manifest.Id);
        Assert.StartsWith("20260102-120000-", opened.Manifest.Id, StringComparison.Ordinal);
        Assert.Equal(
            new ProvenanceInfo { Operation = "calibrate", Parent = "first", At = Noon, What = "40 frames of /good" },
            Assert.Single(opened.Manifest.Provenance));
        Assert.Equal(33, opened.Manifest.Calibration.Threshold);
        Assert.Equal(parent.Manifest.Files, opened.Manifest.Files);
        Assert.Equal(["first"], _folder.Versions);
    }

    [Fact]
    public void Revised_bundle_differs_in_the_files_that_were_changed()
    {
        var parent = _folder.Write("first");

        BundleWriter.Revise(parent, parent.Manifest.Revise(ProvenanceInfo.Add, "more", Noon), staging =>
        {
            File.WriteAllText(Path.Combine(staging, "bank.faiss"), "larger");
            File.WriteAllText(Path.Combine(staging, "golden", "001.png"), "another");
        });

        var opened = Bundle.Open(_folder.Target);
        Assert.Equal("onnx of first", File.ReadAllText(opened.BackbonePath));
        Assert.Equal("larger", File.ReadAllText(opened.IndexPath));
        Assert.Equal("another", File.ReadAllText(opened.PathOf("golden/001.png")));
        Assert.Equal("index of first", File.ReadAllText(_folder.Beside("tiles.versions/first/bank.faiss")));
    }

    [Fact]
    public void Bundle_that_was_replaced_meanwhile_is_not_revised()
    {
        var parent = _folder.Write("first");
        _folder.Write("second");

        var e = Assert.Throws<BundleException>(
            () => BundleWriter.Revise(parent, parent.Manifest.Revise(ProvenanceInfo.Add, "more", Noon)));

        Assert.Contains("is second meanwhile, expected first", e.Reason, StringComparison.Ordinal);
        Assert.Equal("second", Bundle.Open(_folder.Target).Manifest.Id);
    }

    [Fact]
    public void Damage_done_since_a_bundle_was_opened_is_not_made_what_is_expected()
    {
        var parent = _folder.Write("first");
        File.WriteAllText(parent.IndexPath, "index of f1rst");

        var e = Assert.Throws<BundleException>(
            () => BundleWriter.Revise(parent, parent.Manifest.Revise(ProvenanceInfo.Calibrate, "by hand", Noon)));

        Assert.Contains("bank.faiss is damaged or was replaced", e.Reason, StringComparison.Ordinal);
        Assert.Equal(["tiles"], _folder.Entries);
    }

    [Fact]
    public void Bundle_where_a_dead_writer_left_it_is_revised_in_its_place()
    {
        _folder.Write("first");
        Directory.Move(_folder.Target, _folder.Beside(".tiles.replaced"));
        var parent = Bundle.Open(_folder.Target);

        BundleWriter.Revise(parent, parent.Manifest.Revise(ProvenanceInfo.Calibrate, "by hand", Noon));

        Assert.Equal("first", Assert.Single(Bundle.Open(_folder.Target).Manifest.Provenance).Parent);
        Assert.Equal(["first"], _folder.Versions);
    }

    private void WriteAt(string id, int hour) => BundleWriter.Write(
        _folder.Target,
        BundleFolder.Describe(id) with { CreatedAt = Noon.AddHours(hour) },
        staging => BundleFolder.WriteFiles(staging, id));
}
