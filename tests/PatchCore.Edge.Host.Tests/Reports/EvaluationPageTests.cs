using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace PatchCore.Edge.Host.Tests.Reports;

/// <summary>What <c>evaluate</c> writes, read back as a browser and a program would.</summary>
public sealed class EvaluationPageTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    private const string OddClass = "a<b>&\"c'";

    [Fact]
    public async Task Page_has_the_numbers_of_the_json_and_the_most_wrongly_judged_pictures()
    {
        var dataset = CopyWithOddities();
        var (html, file) = (Path.Combine(bundle.Dataset, "page.html"), Path.Combine(bundle.Dataset, "page.json"));

        var (code, _, errors) = await HostProcess.RunAsync(
            "evaluate", dataset, "--bundle", bundle.Bundle, "--html", html, "--json", file, "--gallery", "4");

        Assert.Equal((0, ""), (code, errors));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var page = Load(html);
        AssertHeadlines(page, json.RootElement);
        AssertGallery(page, json.RootElement);
        AssertSelfContained(page);
        Assert.Contains(page.Descendants("th"), cell => cell.Value == OddClass);
        var notInspected = page.Descendants("section").Single(s => (string?)s.Attribute("class") == "errors");
        Assert.Contains("test/good/broken&.png", notInspected.Value, StringComparison.Ordinal);
        Assert.Equal(["ROC curve", "Precision-recall curve", "Scores"], Captions(page));
    }

    [Fact]
    public async Task Comparison_with_the_baseline_stands_beside_the_bundle()
    {
        var (html, file) = (Path.Combine(bundle.Dataset, "both.html"), Path.Combine(bundle.Dataset, "both.json"));

        var (code, output, errors) = await HostProcess.RunAsync(
            "evaluate", bundle.Dataset, "--bundle", bundle.Bundle, "--compare", "spade", "--backbone", bundle.Backbone,
            "--html", html, "--json", file, "--gallery", "0");

        Assert.True(code == 0, errors);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var spade = Assert.Single(json.RootElement.GetProperty("compared").EnumerateArray());
        var model = spade.GetProperty("model");
        Assert.Equal("spade", model.GetProperty("name").GetString());
        // 12 pictures of 128×128 on a grid of 16×16; blocks 2, 5 and 12 have 24, 32 and 96 channels.
        Assert.Equal(
            (12 * 16 * 16, 24 + 32 + 96),
            (model.GetProperty("bankCount").GetInt32(), model.GetProperty("dimension").GetInt32()));
        Assert.Contains("keeps 3072 of 3072 patches", spade.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        var auroc = spade.GetProperty("total").GetProperty("imageAuroc").GetDouble();
        Assert.InRange(auroc, 0.5, 1);
        var page = Load(html);
        var row = page.Descendants("tr").Single(tr => tr.Elements().First().Value == "Image AUROC");
        Assert.Equal(Text(auroc), row.Elements().Last().Value);
        Assert.Contains(
            output.Split('\n'),
            line => line.StartsWith("spade ", StringComparison.Ordinal)
                && line.Contains(Text(auroc), StringComparison.Ordinal));
        Assert.DoesNotContain(page.Descendants("li"), li => li.Attribute("data-score") is not null);
        Assert.Equal(
            ["ROC curve", "Precision-recall curve", "Scores of bundle", "Scores of spade"], Captions(page));
    }

    [Theory]
    [InlineData("--html /nowhere/page.html", "--html /nowhere/page.html cannot be written")]
    [InlineData("--json /tmp", "--json found the folder '/tmp', expected a file")]
    [InlineData("--html /tmp/never.html --gallery -1", "--gallery found -1, expected 0 or more")]
    public async Task Wrong_usage_is_told_before_anything_is_loaded(string arguments, string expected)
    {
        var (code, output, errors) = await HostProcess.RunAsync(
            ["evaluate", "/nowhere", "--bundle", "/nowhere", .. arguments.Split(' ')]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/never.html"));
    }

    [Theory]
    [InlineData("--good /nowhere", "--compare spade found no folder /nowhere to learn from")]
    [InlineData("--backbone OTHER", "expected that of the bundle, mobilenet-v2 with sha256 ")]
    public async Task Baseline_that_cannot_be_trained_is_told_before_the_evaluation(string arguments, string expected)
    {
        var other = bundle.Write("other.onnx", "another network");
        var (code, output, errors) = await HostProcess.RunAsync([
            "evaluate", bundle.Dataset, "--bundle", bundle.Bundle, "--compare", "spade",
            .. arguments.Replace("OTHER", other, StringComparison.Ordinal).Split(' '),
            .. arguments.Contains("--backbone", StringComparison.Ordinal) ? [] : (string[])["--backbone", bundle.Backbone]]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    private static void AssertHeadlines(XElement page, JsonElement json)
    {
        var tiles = page.Descendants("div")
            .Where(div => ((string?)div.Attribute("class"))?.StartsWith("tile", StringComparison.Ordinal) == true)
            .Select(div => div.Elements("p").Select(p => p.Value).ToArray())
            .ToDictionary(p => p[0], p => p[1]);
        var total = json.GetProperty("total");
        Assert.Equal(Text(total.GetProperty("imageAuroc").GetDouble()), tiles["Image AUROC"]);
        Assert.Equal(Text(total.GetProperty("pixelAuroc").GetDouble()), tiles["Pixel AUROC"]);
        Assert.Equal(Text(total.GetProperty("aupro").GetDouble()), tiles["AUPRO at 0.3"]);
        var recall = total.GetProperty("atThreshold").GetProperty("recall").GetDouble();
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{recall * 100:0.0} %"), tiles["Defects found"]);
        Assert.Equal("1", tiles["Not inspected"]);
    }

    private static void AssertGallery(XElement page, JsonElement json)
    {
        var threshold = json.GetProperty("threshold").GetSingle();
        var expected = json.GetProperty("images").EnumerateArray()
            .Where(image => image.GetProperty("verdict").GetString() != "ERROR")
            .Select(image => (
                Path: image.GetProperty("path").GetString()!,
                Wrong: (image.GetProperty("score").GetSingle() - threshold)
                    * (image.GetProperty("class").GetString() == "good" ? 1 : -1)))
            .OrderByDescending(image => image.Wrong)
            .ToArray();
        var cards = page.Descendants("li").Where(li => li.Attribute("data-score") is not null).ToArray();

        Assert.Equal(expected.Take(4).Select(e => e.Path), cards.Select(card => (string)card.Attribute("data-name")!));
        Assert.Contains($"The {expected.Length - 4} that were judged most clearly are left out", page.Value,
            StringComparison.Ordinal);
        Assert.Equal(
            expected.Take(4).Select(e => (e.Path.Contains("/good/", StringComparison.Ordinal), e.Wrong > 0) switch
            {
                (true, true) => "false-alarm",
                (true, false) => "passed",
                (false, true) => "miss",
                (false, false) => "found",
            }),
            cards.Select(card => (string?)card.Attribute("data-outcome")));
        foreach (var image in cards.SelectMany(card => card.Descendants("img")))
        {
            var data = Convert.FromBase64String(((string)image.Attribute("src")!)["data:image/jpeg;base64,".Length..]);
            Assert.Equal([0xFF, 0xD8, 0xFF], data[..3]);
            Assert.NotEqual("", (string?)image.Attribute("alt"));
        }
    }

    private static void AssertSelfContained(XElement page)
    {
        Assert.Empty(page.Descendants("link"));
        Assert.All(
            page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href"),
            a => Assert.StartsWith("data:", a.Value, StringComparison.Ordinal));
        var style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
    }

    private static string[] Captions(XElement page) => [.. page.Descendants("figcaption").Select(f => f.Value)];

    private static string Text(double metric) => metric.ToString("F4", CultureInfo.InvariantCulture);

    private static XElement Load(string html)
    {
        using var reader = XmlReader.Create(html, new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse });
        return XElement.Load(reader);
    }

    /// <summary>The data set, with names that have to be escaped and a picture that is none.</summary>
    private string CopyWithOddities()
    {
        var copy = Path.Combine(bundle.Dataset, "odd");
        foreach (var file in Directory.GetFiles(bundle.Dataset, "*.png", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(bundle.Dataset, file);
            if (!name.StartsWith("test/", StringComparison.Ordinal) && !name.StartsWith("ground", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, name))!);
            File.Copy(file, Path.Combine(copy, name));
        }
        Directory.CreateDirectory(Path.Combine(copy, "test", OddClass));
        File.Copy(
            Path.Combine(bundle.Dataset, "train", "good", "000.png"),
            Path.Combine(copy, "test", OddClass, "<i>.png"));
        File.WriteAllText(Path.Combine(copy, "test", "good", "broken&.png"), "no picture");
        return copy;
    }
}
