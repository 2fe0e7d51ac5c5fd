using PatchCore.Edge.Verdicts;
using static PatchCore.Edge.Host.Reports.PageWriter;

namespace PatchCore.Edge.Host.Reports;

/// <summary>The pictures, the most wrongly judged first.</summary>
internal static class GallerySection
{
    public static void Write(PageWriter page, EvaluationReport report, PictureGallery gallery)
    {
        var pictures = gallery.Sorted();
        if (pictures.Count == 0)
            return;
        page.Open("section", ("aria-labelledby", "gallery"));
        page.Leaf("h2", "Pictures, the most wrongly judged first", ("id", "gallery"));
        var left = gallery.LeftOut > 0
            ? $" The {PageText.Count(gallery.LeftOut)} that were judged most clearly are left out."
            : "";
        page.Leaf("p", "Misses and false alarms come first, by how far they are on the wrong side of the threshold; "
            + $"then those that were right by the least.{left} Heat begins at half of what the hottest spot of a usual good "
            + "part reaches, earlier than on the line.", ("class", "small"));
        WriteControls(page, pictures);
        page.Open("ol", ("class", "gallery"), ("id", "pictures"));
        foreach (var picture in pictures)
            WritePicture(page, picture, report.Threshold);
        page.Close();
        page.Close();
    }

    // Shown by the script, without which filter and order could do nothing; the outlines go by style alone.
    private static void WriteControls(PageWriter page, IReadOnlyList<GalleryPicture> pictures)
    {
        page.Open("p", ("class", "controls"));
        page.Open("span", ("id", "filters"), ("hidden", "hidden"));
        Select("outcome", "Show", [("", "all"), .. Enum.GetValues<Outcome>().Select(o => (StyleOf(o), WordOf(o)))]);
        Select("class", "Class", [
            ("", "all"),
            .. pictures.Select(p => p.Image.Class).Distinct().Order(StringComparer.Ordinal).Select(c => (c, c))]);
        Select("order", "Order", [("wrong", "how wrong"), ("score", "score"), ("name", "name")]);
        page.Close();
        page.Open("label");
        page.Leaf("input", "", ("type", "checkbox"), ("id", "outlines"), ("checked", "checked"));
        page.Text(" outlines of the masks");
        page.Close();
        page.Close();

        void Select(string id, string name, IEnumerable<(string Value, string Text)> options)
        {
            page.Open("label");
            page.Text($"{name} ");
            page.Open("select", ("id", id));
            foreach (var (value, text) in options)
                page.Leaf("option", text, ("value", value));
            page.Close();
            page.Close();
            page.Text(" ");
        }
    }

    private static void WritePicture(PageWriter page, GalleryPicture picture, float threshold)
    {
        var image = picture.Image;
        var outcome = Wrongness.OutcomeOf(image);
        page.Open("li", ("class", $"card {StyleOf(outcome)}"), ("data-outcome", StyleOf(outcome)),
            ("data-class", image.Class), ("data-score", Number(image.Score!.Value)), ("data-name", image.Path));
        page.Open("div", ("class", "pair"));
        WriteImage(page, picture, picture.Frame, $"{image.Path}, the frame", null);
        WriteImage(page, picture, picture.Heatmap, $"{image.Path}, heatmap of its anomaly map", picture.Outline);
        page.Close();
        page.Open("p", ("class", "caption"));
        page.Leaf("strong", WordOf(outcome), ("class", "chip"));
        page.Text($" {image.Class} ");
        page.Leaf("span", image.Path, ("class", "path"));
        page.Close();
        page.Leaf("p", $"{VerdictText.Of(image.Verdict)}, score {PageText.Score(image.Score)}, "
            + $"{PageText.Score(Math.Abs(image.Score.Value - threshold))} "
            + $"{(image.Score > threshold ? "above" : "below")} the threshold; "
            + $"largest distance {PageText.Score(image.MaxDistance)}", ("class", "scores"));
        page.Close();
        page.Line();
    }

    private static void WriteImage(PageWriter page, GalleryPicture picture, byte[] jpeg, string alt, string? outline)
    {
        page.Open("div", ("class", "picture"));
        page.Leaf("img", "", ("decoding", "async"), ("alt", alt), ("width", Number(picture.Width)),
            ("height", Number(picture.Height)), ("src", $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}"));
        if (!string.IsNullOrEmpty(outline))
        {
            page.Open("svg", ("class", "outline"), ("viewBox", $"0 0 {picture.Width} {picture.Height}"),
                ("aria-hidden", "true"));
            page.Leaf("path", "", ("class", "halo"), ("d", outline));
            page.Leaf("path", "", ("d", outline));
            page.Close();
        }
        page.Close();
    }

    private static string WordOf(Outcome outcome) => outcome switch
    {
        Outcome.Miss => "MISSED",
        Outcome.FalseAlarm => "FALSE ALARM",
        Outcome.Found => "found",
        _ => "passed",
    };

    private static string StyleOf(Outcome outcome) => outcome switch
    {
        Outcome.Miss => "miss",
        Outcome.FalseAlarm => "false-alarm",
        Outcome.Found => "found",
        _ => "passed",
    };
}
