using System.Text;
using PatchCore.Edge.Host.Reports;

namespace PatchCore.Edge.Host.Tests.Reports;

public sealed class PageWriterTests
{
    [Fact]
    public void Text_and_attributes_are_escaped_and_only_void_elements_close_themselves()
    {
        var page = Write(page =>
        {
            page.Open("p", ("title", "a<b> & \"c\""));
            page.Text("<script>&</script>");
            page.Leaf("i", "");
            page.Leaf("img", "", ("alt", ""));
            page.Close();
        });

        Assert.Equal(
            "<!DOCTYPE html>\n<p title=\"a&lt;b&gt; &amp; &quot;c&quot;\">"
            + "&lt;script&gt;&amp;&lt;/script&gt;<i></i><img alt=\"\" /></p>",
            page);
    }

    [Fact]
    public void Character_that_no_page_can_hold_is_replaced()
    {
        const char High = '\uD83D';
        const char Low = '\uDE00';

        Assert.Equal("a\uFFFDb\uFFFDc", Paragraph("a\u0001b\u001bc"));
        Assert.Equal("x\uFFFDy", Paragraph($"x{High}y"));
        Assert.Equal("\uFFFD", Paragraph($"{Low}"));
        Assert.Equal("\uFFFD", Paragraph($"{High}"));
        Assert.Equal("\U0001F600", Paragraph($"{High}{Low}"));

        static string Paragraph(string text) =>
            Write(page => page.Leaf("p", text))["<!DOCTYPE html>\n<p>".Length..^"</p>".Length];
    }

    [Fact]
    public void Script_that_would_have_to_be_escaped_is_refused() =>
        Assert.Throws<ArgumentException>(() => Write(page => page.Raw("script", "a && b")));

    private static string Write(Action<PageWriter> write)
    {
        using var stream = new MemoryStream();
        using (var page = new PageWriter(stream))
            write(page);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
