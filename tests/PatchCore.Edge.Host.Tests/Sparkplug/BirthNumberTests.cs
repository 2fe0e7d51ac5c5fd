using PatchCore.Edge.Host.Sparkplug;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

public sealed class BirthNumberTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Number_grows_with_every_connection_and_not_with_every_try()
    {
        var number = new BirthNumber(null);

        Assert.Equal([0, 0, 0], new[] { number.Value, number.ForNextTry(), number.ForNextTry() });
        number.Use();
        Assert.Equal([1, 1, 1], new[] { number.ForNextTry(), number.ForNextTry(), number.Value });
    }

    [Theory]
    [InlineData("254", 255)]
    [InlineData("255", 0)]
    [InlineData("256", 0)]
    [InlineData("x", 0)]
    [InlineData("", 0)]
    public void Run_begins_after_the_number_of_the_one_before(string kept, byte first) =>
        Assert.Equal(first, new BirthNumber(_folder.Write("bdseq", kept)).ForNextTry());

    [Fact]
    public void Number_in_use_is_kept_in_a_folder_that_is_made()
    {
        var number = new BirthNumber(_folder["state/bdseq"]);
        number.ForNextTry();
        number.Use();
        number.ForNextTry();

        Assert.Null(number.Save());

        Assert.Equal(2, new BirthNumber(_folder["state/bdseq"]).ForNextTry());
    }

    [Fact]
    public void Number_that_cannot_be_kept_says_why()
    {
        _folder.Write("file", "");

        Assert.Contains("file", new BirthNumber(_folder["file/bdseq"]).Save(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
