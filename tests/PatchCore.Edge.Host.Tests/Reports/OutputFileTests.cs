using PatchCore.Edge.Host.Commands;
using PatchCore.Edge.Host.Reports;

namespace PatchCore.Edge.Host.Tests.Reports;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void File_is_replaced_only_when_the_new_one_is_kept()
    {
        var path = _folder.Write("report.html", "old");

        using (var dropped = OutputFile.Open("--html", path))
            dropped.Stream.Write("half"u8);
        var afterDropping = File.ReadAllText(path);
        using (var kept = OutputFile.Open("--html", path))
        {
            kept.Stream.Write("new"u8);
            kept.Keep();
        }

        Assert.Equal(("old", "new"), (afterDropping, File.ReadAllText(path)));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("", "found the folder")]
    [InlineData("missing/report.html", "missing/report.html cannot be written: ")]
    [InlineData("report.html/", "found the folder")]
    public void Path_that_cannot_be_written_is_refused_and_named(string name, string expected)
    {
        var error = Assert.Throws<UsageException>(
            () => OutputFile.Open("--html", _folder.Path + "/" + name));

        Assert.StartsWith("--html ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
