using System.Globalization;
using PatchCore.Edge.Native;
using static PatchCore.Edge.Host.Reports.PageWriter;

namespace PatchCore.Edge.Host.Reports;

/// <summary>What a memory bank holds, as one HTML page.</summary>
internal static class BankPage
{
    private const int MostRows = 20;

    /// <param name="output">Where the page goes, as UTF-8.</param>
    /// <param name="report">The bank.</param>
    /// <param name="written">When.</param>
    public static void Write(Stream output, BankInspectionReport report, DateTimeOffset written)
    {
        using var page = new PageWriter(output);
        var name = Path.GetFileName(report.Bundle.Place);
        PageShell.Open(page, $"Memory bank of {name}");
        WriteHeader(page, report, name);
        page.Open("main");
        WriteNotes(page, report);
        WriteNumbers(page, report);
        WriteFrames(page, report);
        WritePatches(page, "farthest", "Farthest from the bank", report.Farthest,
            "Of each good frame the patch that the bank covers worst, the worst first: of all that was learned as "
            + "good this is what scores highest.");
        WritePatches(page, "outlying", "Alone in the bank", report.Outlying,
            "Bank vectors that no other is near to. Look here for what should not have been learned as good: dirt, a "
            + "finger, a defect that slipped in.");
        WritePatches(page, "nearest", "Nearest to the bank", report.Nearest,
            "Of each good frame the patch that the bank knows best without holding it.");
        page.Close();
        PageShell.Close(page, written);
    }

    private static void WriteHeader(PageWriter page, BankInspectionReport report, string name)
    {
        var manifest = report.Bundle.Manifest;
        page.Open("header");
        page.Leaf("p", "Memory bank", ("class", "kicker"));
        page.Leaf("h1", name);
        page.Leaf("p", $"{manifest.Backbone.Name}, layers {string.Join(" + ", manifest.Embedding.Layers)}, "
            + $"threshold {PageText.Score(manifest.Calibration.Threshold)}", ("class", "facts"));
        page.Leaf("p", $"bundle {manifest.Id}, {report.Bundle.Directory}", ("class", "facts small"));
        page.Close();
        page.Line();
    }

    private static void WriteNotes(PageWriter page, BankInspectionReport report)
    {
        var notes = report.Notes().ToArray();
        if (notes.Length == 0)
            return;
        page.Open("aside", ("class", "notes"), ("aria-label", "Notes"));
        foreach (var note in notes)
            page.Leaf("p", note);
        page.Close();
    }

    private static void WriteNumbers(PageWriter page, BankInspectionReport report)
    {
        var (coreset, index) = (report.Bundle.Manifest.Coreset, report.Bundle.Manifest.Index);
        page.Open("section", ("class", "numbers"), ("aria-label", "Numbers"));
        Tile("vectors", PageText.Count(index.Count), $"of {index.Dimension} values each");
        Tile("good frames", PageText.Count(coreset.Frames), $"with {PageText.Count(coreset.Patches)} patches");
        Tile("kept", PageText.Share((double)index.Count / coreset.Patches),
            string.Create(CultureInfo.InvariantCulture, $"of the patches; the ratio asked for was {coreset.Ratio}"));
        Tile("coverage radius", PageText.Score(coreset.CoverageRadius), "no good patch is farther from the bank");
        page.Close();

        void Tile(string title, string value, string detail)
        {
            page.Open("div", ("class", "tile"));
            page.Leaf("p", title, ("class", "name"));
            page.Leaf("p", value, ("class", "value"));
            page.Leaf("p", detail, ("class", "detail"));
            page.Close();
        }
    }

    private static void WriteFrames(PageWriter page, BankInspectionReport report)
    {
        if (report.Frames.Count == 0)
            return;
        var frames = report.Frames.OrderByDescending(frame => frame.Vectors).ToArray();
        if (frames.Length <= 2 * MostRows)
        {
            Table("frames", "What each good frame gave to the bank", frames, half: false);
            return;
        }

        Table("most", "Good frames that gave the most", frames[..MostRows], half: true);
        Table("fewest", "Good frames that gave the fewest", frames[^MostRows..], half: true);

        void Table(string id, string title, BankFrame[] rows, bool half)
        {
            page.Open("section", ("aria-labelledby", id), ("class", half ? "half" : "whole"));
            page.Leaf("h2", title, ("id", id));
            HtmlTable.Open(page, title, "frame", "vectors", "farthest patch", "file");
            foreach (var frame in rows)
            {
                HtmlTable.Row(
                    page, Path.GetFileName(frame.File), PageText.Count(frame.Vectors), PageText.Score(frame.Farthest),
                    frame.Found is null ? "missing" : "there");
            }

            HtmlTable.Close(page);
            page.Close();
        }
    }

    private static void WritePatches(
        PageWriter page, string id, string title, IReadOnlyList<PatchView> patches, string meaning)
    {
        if (patches.Count == 0)
            return;
        page.Open("section", ("aria-labelledby", id));
        page.Leaf("h2", title, ("id", id));
        page.Leaf("p", meaning + " On the right the bank vector nearest to it.", ("class", "small"));
        page.Open("ol", ("class", "gallery patches"));
        foreach (var patch in patches)
        {
            page.Open("li", ("class", "card"));
            page.Open("div", ("class", "pair"));
            WritePicture(page, patch.Patch);
            WritePicture(page, patch.Match);
            page.Close();
            page.Leaf("p", $"distance {PageText.Score(patch.Distance)}", ("class", "scores"));
            page.Open("p", ("class", "path"));
            page.Text($"{Path.GetFileName(patch.Patch.File)} – "
                + (patch.Match is { } match ? Path.GetFileName(match.File) : "no picture"));
            page.Close();
            page.Close();
            page.Line();
        }

        page.Close();
        page.Close();
    }

    private static void WritePicture(PageWriter page, PatchPlace? place)
    {
        page.Open("div", ("class", "picture"));
        if (place is not null && Read(place) is { } picture)
        {
            page.Leaf("img", "", ("decoding", "async"), ("alt", $"{place.File}, around the patch"),
                ("width", Number(picture.Side)), ("height", Number(picture.Side)),
                ("src", $"data:image/jpeg;base64,{Convert.ToBase64String(picture.Jpeg)}"));
            page.Open(
                "svg", ("class", "outline"), ("viewBox", $"0 0 {picture.Side} {picture.Side}"),
                ("aria-hidden", "true"));
            page.Leaf("path", "", ("class", "halo"), ("d", picture.Outline));
            page.Leaf("path", "", ("d", picture.Outline));
            page.Close();
        }

        page.Close();
    }

    private static PatchPicture? Read(PatchPlace place)
    {
        try
        {
            return PatchPicture.Of(place);
        }
        catch (NativeException)
        {
            // Deleted since it was looked at: the card says which file it was.
            return null;
        }
    }
}
