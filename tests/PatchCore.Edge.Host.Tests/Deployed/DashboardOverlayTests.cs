using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;
using static Microsoft.Playwright.Assertions;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>What the page lays over a picture, and what it lets a line's threshold be.</summary>
public sealed class DashboardOverlayTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const byte Steel = 90;
    private const string Layers = """ "layers": { "picture": "p", "map": "m" }, "partId": "p2", """;

    private readonly List<string> _problems = [];

    [Fact]
    public async Task Slider_fades_the_map_over_the_picture_of_its_own_part_alone()
    {
        using var dashboard = await DashboardPage.OpenAsync(browser, _problems);
        var card = dashboard.Page.Locator("[data-camera='press-3/top']");
        var canvas = card.Locator("figure canvas");
        var (picture, map) = Encode();
        dashboard.Result("02", "FAIL", Layers);
        Picture(dashboard, "heatmap", "02", picture);
        Picture(dashboard, "map", "01", map);
        Picture(dashboard, "picture", "02", picture);
        dashboard.Publish("reply", """{ "schema": "patchcore.reply/1", "command": "status", "accepted": true }""");
        await Expect(card.Locator(".reply")).ToContainTextAsync("status");
        await Expect(card.Locator("figcaption")).ToHaveTextAsync("no picture yet");
        await Expect(canvas).ToBeHiddenAsync();

        Picture(dashboard, "map", "02", map);

        await Expect(card.Locator("figcaption")).ToContainTextAsync("heatmap of this part");
        await Expect(canvas).ToBeVisibleAsync();
        await Expect(card.Locator("figure img")).ToBeHiddenAsync();
        var slider = card.GetByRole(AriaRole.Slider);
        await Expect(slider).ToHaveValueAsync("50");
        AssertPixels(await PixelsAsync(canvas), opacity: 0.5f);
        await slider.FocusAsync();
        await dashboard.Page.Keyboard.PressAsync("End");
        AssertPixels(await PixelsAsync(canvas), opacity: 1);
        await dashboard.Page.Keyboard.PressAsync("Home");
        Assert.All(await PixelsAsync(canvas), channel => Assert.Equal(Steel, channel));
        await dashboard.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(card.Locator("output")).ToHaveTextAsync("5 %");

        await dashboard.Page.Locator("#fails button").ClickAsync();
        var enlarged = dashboard.Page.Locator("#enlarged");
        await Expect(enlarged.GetByRole(AriaRole.Slider)).ToHaveValueAsync("5");
        await enlarged.GetByRole(AriaRole.Slider).FillAsync("100");
        AssertPixels(await PixelsAsync(enlarged.Locator("canvas")), opacity: 1);
        AssertPixels(await PixelsAsync(dashboard.Page.Locator("#fails canvas")), opacity: 1);
        await dashboard.Page.ReloadAsync();
        await Expect(dashboard.Page.Locator("#enlarged-layers input")).ToHaveValueAsync("100");
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Picture_of_a_later_part_takes_the_place_and_a_blended_one_has_no_slider()
    {
        using var dashboard = await DashboardPage.OpenAsync(browser, _problems);
        var card = dashboard.Page.Locator("[data-camera='press-3/top']");
        var (picture, map) = Encode();
        dashboard.Result("02", "FAIL", Layers);
        Picture(dashboard, "picture", "02", picture);
        Picture(dashboard, "map", "02", map);
        await Expect(card.Locator("figure canvas")).ToBeVisibleAsync();
        dashboard.Result("03", "FAIL", "");
        await Expect(card.Locator("figure canvas")).ToHaveClassAsync("earlier");

        Picture(dashboard, "heatmap", "03", picture);

        await Expect(card.Locator("figure img")).ToBeVisibleAsync();
        await Expect(card.Locator("figure canvas")).ToBeHiddenAsync();
        await Expect(card.GetByRole(AriaRole.Slider)).ToBeHiddenAsync();
        // A map alone is no picture, and what is none is told.
        Picture(dashboard, "map", "04", map);
        Picture(dashboard, "picture", "04", "<svg/>"u8.ToArray());
        await Expect(dashboard.Page.Locator("#ignored")).ToHaveTextAsync("1 messages were not understood.");
        await Expect(card.Locator("figure img")).ToBeVisibleAsync();
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Threshold_is_changed_after_confirmation_and_only_to_a_number_above_zero()
    {
        using var dashboard = await DashboardPage.OpenAsync(browser, _problems, "?commands=1");
        var page = dashboard.Page;
        dashboard.Result("01", "FAIL", "");
        var threshold = page.GetByLabel("Threshold", new() { Exact = true });
        await Expect(threshold).ToHaveAttributeAsync("placeholder", "threshold, now 2.75");
        foreach (var wrong in (string[])["", "0", "-1", "much", "1e999"])
        {
            await threshold.FillAsync(wrong);
            await page.GetByText("Set threshold").ClickAsync();
            Assert.Equal(
                "Expected a number above 0", await threshold.EvaluateAsync<string>("input => input.validationMessage"));
            await Expect(page.Locator("#confirm")).ToBeHiddenAsync();
        }

        await threshold.FillAsync("3,5");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#confirm-title")).ToHaveTextAsync("Change the threshold from 2.75 to 3.5");
        await page.GetByText("Send", new() { Exact = true }).ClickAsync();
        var command = dashboard.Station.Next();
        Assert.Equal(
            """{"schema":"patchcore.command/1","command":"threshold","threshold":3.5}""",
            Encoding.UTF8.GetString(command.Payload));
        Assert.Equal(3.5f, CommandMessage.Parse(command.Payload).Threshold);
        dashboard.Publish(
            "reply",
            """{ "schema": "patchcore.reply/1", "command": "threshold", "accepted": true, "threshold": 3.5 }""",
            command.Correlation);

        await Expect(page.Locator(".reply")).ToHaveTextAsync("threshold accepted; the threshold is 3.5");
        await Expect(threshold).ToHaveAttributeAsync("placeholder", "threshold, now 3.5");
        Assert.Equal(0, dashboard.Station.Waiting);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Camera_that_is_paused_and_a_result_that_comes_late_are_not_of_now()
    {
        using var dashboard = await DashboardPage.OpenAsync(browser, _problems);
        var card = dashboard.Page.Locator("[data-camera='press-3/top']");
        dashboard.Result("01", "PASS", """ "historical": true, """);
        await Expect(card.Locator(".verdict strong")).ToHaveTextAsync("LATE");
        await Expect(card).ToHaveAttributeAsync("data-verdict", "none");
        dashboard.Result("02", "PASS", "");
        await Expect(card.Locator(".verdict strong")).ToHaveTextAsync("PASS");

        dashboard.Publish(
            "state", """{ "schema": "patchcore.camera-state/1", "state": "streaming", "paused": true }""");

        await Expect(card.Locator(".verdict strong")).ToHaveTextAsync("PAUSED");
        await Expect(card.Locator(".fact-pass")).ToHaveTextAsync("2");
        Assert.Empty(_problems);
    }

    private static void Picture(DashboardPage dashboard, string kind, string id, byte[] payload) =>
        dashboard.Publish(kind, payload, new MosquittoDelivery(0, Correlation: id)
        {
            UserProperties = [new("black", "0"), new("pixelThreshold", "64"), new("white", "255")],
        });

    /// <summary>A gray frame, and a map whose columns are 0 to 255, with a pixel threshold of 64.</summary>
    private static (byte[] Picture, byte[] Map) Encode()
    {
        using var frame = Frame();
        using var encoder = new LayerEncoder(
            new HeatmapOptions { MaxWidth = 0, MapMaxWidth = 0, Format = PictureFormat.Png });
        var map = encoder.Map(
            Ramp(), MapPlacement.Stretched(256, 1, 256, 4), (256, 4), new MapScale(0, 64, 255));
        return (encoder.Picture(frame).ToArray(), map.ToArray());
    }

    /// <summary>The page's pixels are those of the heatmap that a station blends.</summary>
    private static void AssertPixels(int[] found, float opacity)
    {
        using var frame = Frame();
        using var blended = NativeImage.Empty();
        ImageOperations.RenderHeatmap(frame, Ramp(), 256, 1, 0, 255, opacity, 0, blended);
        for (var x = 0; x < 256; x++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                // Above the threshold a gray is 1.5 map values, and each is up to 3.5 of a channel in that color map; a
                // browser keeps colors multiplied by their coverage, which takes the rest.
                Assert.True(
                    Math.Abs(blended.Pixels[(3 * x) + 2 - channel] - found[(3 * x) + channel]) <= 8,
                    string.Create(CultureInfo.InvariantCulture,
                        $"gray {x}, channel {channel}: {blended.Pixels[(3 * x) + 2 - channel]} in the blended "
                        + $"heatmap, {found[(3 * x) + channel]} on the page"));
            }
        }
    }

    private static NativeImage Frame()
    {
        var frame = NativeImage.Create(256, 4, PixelFormat.Bgr24);
        frame.Pixels.Fill(Steel);
        return frame;
    }

    private static float[] Ramp() => [.. Enumerable.Range(0, 256).Select(value => (float)value)];

    /// <summary>Red, green and blue of the third row.</summary>
    private static Task<int[]> PixelsAsync(ILocator canvas) => canvas.EvaluateAsync<int[]>(
        """
        canvas => [...canvas.getContext('2d').getImageData(0, 2, canvas.width, 1).data]
          .filter((_, i) => i % 4 < 3)
        """);
}
