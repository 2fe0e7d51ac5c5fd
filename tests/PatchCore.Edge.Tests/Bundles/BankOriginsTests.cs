using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

public sealed class BankOriginsTests : IDisposable
{
    private static readonly string HashA = new('a', 64);
    private static readonly string HashB = new('b', 64);

    private readonly BundleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Origins_are_read_as_they_were_written()
    {
        var bundle = Write(new BankOrigins
        {
            Frames = [new("/line/good \"1\".png", HashA), new("/line/ü,2.png", HashB), new("/copy/1.png", HashA)],
            FrameOf = [2, 1, 0, 1],
            PatchOf = [783, 0, 62719, 5],
        });

        var origins = BankOrigins.Read(bundle)!;

        Assert.Equal(
            [new("/line/good \"1\".png", HashA), new("/line/ü,2.png", HashB), new("/copy/1.png", HashA)],
            origins.Frames);
        Assert.Equal([2, 1, 0, 1], origins.FrameOf);
        Assert.Equal([783, 0, 62719, 5], origins.PatchOf);
        Assert.Equal([0, 2], origins.VectorsOfFile(HashA));
        Assert.Equal([1, 3], origins.VectorsOfFile(HashB));
        Assert.Empty(origins.VectorsOfFile(new string('c', 64)));
    }

    [Fact]
    public void Bundle_without_origins_opens_and_has_none() => Assert.Null(BankOrigins.Read(_folder.Write()));

    [Theory]
    [InlineData("""{"frames":[],"frameOf":[0,0,0,0],"patchOf":[0,0,0,0]}""", "frameOf has 0, expected one of the 0 frames")]
    [InlineData("""{"frames":[],"frameOf":[-1,-1,-1,-1],"patchOf":[0,0,0,0]}""", "frameOf has -1")]
    [InlineData("""{"frames":[],"frameOf":[0],"patchOf":[0]}""", "frameOf has 1 values, expected one for each of the 4")]
    [InlineData("""{"frames":[],"frameOf":[0],"patchOf":[0]}""", "patchOf has 1 values, expected one for each of the 4")]
    [InlineData("""{"frames":[],"frameOf":[],"patchOf":[0,0,62720,0]}""", "patchOf has 62720, expected 0 to below the 62720")]
    [InlineData("""{"frames":[],"frameOf":[],"patchOf":[0,0,-2,0]}""", "patchOf has -2")]
    [InlineData("""{"frames":[{"file":"a","sha256":"A"}],"frameOf":[],"patchOf":[]}""", "frames[0] has no sha256 of 64")]
    [InlineData("""{"frames":[null],"frameOf":[],"patchOf":[]}""", "frames[0] has no sha256 of 64")]
    [InlineData("""{"frames":[],"frameOf":[]}""", "cannot be read")]
    [InlineData("""{"frames":[],"frameOf":[],"patchOf":[],"more":1}""", "cannot be read")]
    [InlineData("""null""", "is null, expected an object")]
    [InlineData("""{"frames":[""", "cannot be read")]
    public void Origins_that_do_not_fit_the_bank_are_refused(string json, string expected)
    {
        var bundle = Write(json);

        var e = Assert.Throws<BundleException>(() => BankOrigins.Read(bundle));

        Assert.Equal(_folder.Target, e.Path);
        Assert.Contains("origins.json", e.Reason, StringComparison.Ordinal);
        Assert.Contains(expected, e.Reason, StringComparison.Ordinal);
    }

    private Bundle Write(BankOrigins origins)
    {
        Write("");
        var path = _folder.Beside("origins");
        origins.Write(path);
        return Write(File.ReadAllText(path));
    }

    private Bundle Write(string json)
    {
        var manifest = BundleFolder.Describe("first");
        manifest = manifest with { Index = manifest.Index with { Count = 4 } };
        BundleWriter.Write(_folder.Target, manifest, staging =>
        {
            BundleFolder.WriteFiles(staging, "first");
            File.WriteAllText(Path.Combine(staging, "origins.json"), json);
        });
        return Bundle.Open(_folder.Target);
    }
}
