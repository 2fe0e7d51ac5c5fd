using System.Globalization;
using PatchCore.Edge.Host.Publishing;

namespace PatchCore.Edge.Host.Reports;

/// <summary>
/// What every page begins and ends with. A page needs nothing else: no network, no fonts, no scripts to be read.
/// </summary>
internal static class PageShell
{
    /// <summary>Leaves the body open.</summary>
    public static void Open(PageWriter page, string title)
    {
        page.Open("html", ("lang", "en"));
        page.Open("head");
        page.Leaf("meta", "", ("charset", "utf-8"));
        page.Leaf("meta", "", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        page.Leaf("meta", "", ("name", "color-scheme"), ("content", "light dark"));
        page.Leaf("title", title);
        page.Raw("style", Resource("page.css"));
        page.Close();
        page.Line();
        page.Open("body");
    }

    /// <param name="page">Its body is open.</param>
    /// <param name="written">When.</param>
    /// <param name="script">Name of a resource.</param>
    public static void Close(PageWriter page, DateTimeOffset written, string? script = null)
    {
        page.Leaf("footer", string.Create(CultureInfo.InvariantCulture,
            $"PatchCore.Edge {ProductVersion.Text}, {written:yyyy-MM-dd HH:mm} UTC"));
        if (script is not null)
            page.Raw("script", Resource(script));
        page.Close();
        page.Close();
    }

    private static string Resource(string name)
    {
        using var stream = typeof(PageShell).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
