namespace PatchCore.Edge.Host.Reports;

/// <summary>A table whose first column names the rows; it scrolls by itself where the page is narrow.</summary>
internal static class HtmlTable
{
    public static void Open(PageWriter page, string caption, params string[] headers)
    {
        page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", "0"));
        page.Open("table");
        page.Open("thead");
        page.Open("tr");
        foreach (var header in headers)
            page.Leaf("th", header, ("scope", "col"));
        page.Close();
        page.Close();
        page.Open("tbody");
    }

    public static void Row(PageWriter page, string name, params string[] cells)
    {
        page.Open("tr");
        page.Leaf("th", name, ("scope", "row"));
        foreach (var cell in cells)
            page.Leaf("td", cell);
        page.Close();
    }

    public static void Close(PageWriter page)
    {
        page.Close();
        page.Close();
        page.Close();
        page.Line();
    }
}
