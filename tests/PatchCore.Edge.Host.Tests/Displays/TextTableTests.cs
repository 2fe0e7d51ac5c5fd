using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Tests.Displays;

public sealed class TextTableTests
{
    [Fact]
    public void Table_aligns_numbers_right_and_never_breaks_a_path()
    {
        var path = "/a/" + new string('x', 200) + ".png";
        var table = new TextTable("verdict", "score", "image");
        table.Add("PASS", "1.50", "a.png");
        table.Add("ERROR", "-", path);
        table.Add("FAIL", 10.25, "c.png");

        using var output = new StringWriter();
        table.Write(output);

        Assert.Equal($"""
            verdict  score  image
            -------  -----  {new string('-', path.Length)}
            PASS      1.50  a.png
            ERROR        -  {path}
            FAIL     10.25  c.png

            """, output.ToString());
    }

    [Fact]
    public void Lines_of_progress_are_few_and_tell_rate_and_remaining_time()
    {
        var now = 0L;
        using var output = new StringWriter();
        var display = new LineDisplay(output, () => now);
        for (var done = 0; done <= 100; done++)
        {
            display.Report("embedding", done, 100);
            now += System.Diagnostics.Stopwatch.Frequency / 10;
        }

        Assert.Equal("""
            embedding: 0 of 100 frames
            embedding: 50 of 100 frames, 10.0/s, 5 s left
            embedding: 100 of 100 frames, 10.0/s, took 10.0 s

            """, output.ToString());
    }
}
