using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using static Microsoft.Playwright.Assertions;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>The page of deploy/dashboard in a real browser, served by a real broker.</summary>
public sealed class DashboardTests : IClassFixture<BrowserFixture>, IDisposable
{
    private const string Times =
        """ "capturedAt": "2026-03-01T08:30:00.125Z", "publishedAt": "2026-03-01T08:30:00.185Z" """;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The smallest thing that decodes as a JPEG: one gray pixel.</summary>
    private static readonly byte[] Jpeg = Convert.FromBase64String(
        "/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEB"
        + "AREA/8QAFAABAAAAAAAAAAAAAAAAAAAACv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==");

    private readonly BrowserFixture _browser;
    private readonly int _webPort = MosquittoBroker.FreePort();
    private readonly MosquittoBroker _broker;
    private readonly List<string> _problems = [];

    public DashboardTests(BrowserFixture browser)
    {
        _browser = browser;
        var pages = Path.Combine(AppContext.BaseDirectory, "deploy", "dashboard");
        _broker = MosquittoBroker.Start(string.Create(CultureInfo.InvariantCulture,
            $"allow_anonymous true\nlistener {_webPort} 127.0.0.1\nprotocol websockets\nhttp_dir {pages}"));
    }

    [Fact]
    public async Task Verdicts_alarms_and_pictures_are_shown_and_counted()
    {
        var page = await OpenAsync();
        using var station = await ConnectAsync();
        Result(station, "01", "PASS", """ "score": 1.5, "threshold": 2.75, "normalizedScore": 0.35, "partId": "p1" """);
        Result(station, "02", "FAIL", """ "score": 3.3, "threshold": 2.75, "normalizedScore": 0.54, "partId": "p2" """);
        Publish(station, "press-3/top/heatmap", Jpeg, new MosquittoDelivery(0, Correlation: "02"));
        Result(station, "02", "FAIL", """ "score": 3.3, "threshold": 2.75, "normalizedScore": 0.54, "partId": "p2" """);
        Result(station, "03", "ERROR", """ "reason": "the JPEG is cut off", "partId": "p3" """);
        Publish(station, "press-3/top/drift",
            """{ "schema": "patchcore.drift/1", "level": "alarm", "causes": ["scores"] }""");
        Publish(station, "press-3/top/alarm", Alarm(""));
        Publish(station, "press-3/top/result", "no JSON");

        var card = page.Locator("[data-camera='press-3/top']");
        await Expect(card.Locator(".verdict strong")).ToHaveTextAsync("ERROR");
        await Expect(card.Locator(".reason")).ToHaveTextAsync("the JPEG is cut off");
        await Expect(card.Locator(".fact-pass")).ToHaveTextAsync("1");
        await Expect(card.Locator(".fact-fail")).ToHaveTextAsync("1");
        await Expect(card.Locator(".fact-error")).ToHaveTextAsync("1");
        await Expect(card.Locator(".fact-yield")).ToHaveTextAsync("33.3%");
        await Expect(card.Locator("figcaption")).ToContainTextAsync("heatmap of an earlier part");
        await Expect(card.Locator(".badge.bad")).ToHaveTextAsync("drift: alarm, scores");
        await Expect(page.Locator("#alarms .critical")).ToContainTextAsync("no longer looks as at calibration");
        await Expect(page.Locator("#ignored")).ToHaveTextAsync("1 messages were not understood.");

        await page.Locator("#fails button").ClickAsync();
        await Expect(page.Locator("#enlarged-title")).ToHaveTextAsync("press-3/top: part p2");
        Assert.Equal(1, await page.Locator("#enlarged-picture")
            .EvaluateAsync<int>("async i => (await i.decode(), i.naturalWidth)"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#enlarged")).ToBeHiddenAsync();

        Publish(station, "press-3/top/alarm", Alarm(""" "cleared": "2026-03-01T08:40:00.125Z", """));
        await Expect(page.Locator("#alarms .cleared")).ToHaveCountAsync(1);
        await Expect(page.Locator("#alarms .critical")).ToHaveCountAsync(0);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Station_that_dies_is_offline_and_its_last_PASS_is_not_shown_as_of_now()
    {
        var page = await OpenAsync();
        using var relay = new Relay(_broker.Port);
        using var station = new MosquittoClient(Clients.Options(relay.Port) with
        {
            Will = new MosquittoWill("patchcore/press-3/status",
                Encoding.UTF8.GetBytes(Status("offline", """ "reason": "connection lost", """)), new(1, Retain: true)),
        });
        await station.StartUntilAsync(connected: true);
        Publish(station, "press-3/status", Status("online", ""), new(1, Retain: true));
        Result(station, "01", "PASS", """ "score": 1.5, "threshold": 2.75, "normalizedScore": 0.353 """);
        await Expect(page.Locator("[data-verdict='PASS'] .verdict strong")).ToHaveTextAsync("PASS");
        await Expect(page.Locator("[data-station='press-3']")).ToHaveTextAsync("press-3: online");

        relay.Cut();

        await Expect(page.Locator("[data-station='press-3']")).ToHaveTextAsync("press-3: offline (connection lost)");
        await Expect(page.Locator("[data-verdict='none'] .verdict strong")).ToHaveTextAsync("OFFLINE");
    }

    [Fact]
    public async Task Markup_in_messages_and_names_is_shown_as_text()
    {
        const string markup = "<img src=x onerror=hit()><script>hit()</script>";
        var page = await OpenAsync();
        using var station = await ConnectAsync();
        Publish(station, "press-3/<b>top<b>/result", $$"""
            { "schema": "patchcore.result/1", "id": "01", "verdict": "FAIL", "partId": "{{markup}}",
              "bundle": "{{markup}}", {{Times}} }
            """);
        Publish(station, "press-3/<b>top<b>/result", $$"""
            { "schema": "patchcore.result/1", "id": "02", "verdict": "ERROR", "reason": "{{markup}}", {{Times}} }
            """);

        await Expect(page.Locator(".reason")).ToHaveTextAsync(markup);
        await Expect(page.Locator(".card h2")).ToHaveTextAsync("press-3 / <b>top<b>");
        await Expect(page.Locator("#fails button")).ToContainTextAsync(markup);
        await page.Locator("#fails button").ClickAsync();
        await Expect(page.Locator("#enlarged-text")).ToContainTextAsync(markup);
        Assert.Equal(0, await page.Locator("img[src=x], .card b, body script").CountAsync());
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Command_is_sent_after_confirmation_alone_and_its_reply_is_shown()
    {
        var page = await OpenAsync("?commands=1");
        using var station = await Subscriber.ToAsync(_broker.Port, "patchcore/press-3/top/command");
        Result(station.Client, "01", "PASS", """ "score": 1.5, "threshold": 2.75, "normalizedScore": 0.353 """);
        await page.GetByPlaceholder("part id").FillAsync("part-17");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#confirm-title")).ToHaveTextAsync("Trigger the inspection of part part-17");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#confirm")).ToBeHiddenAsync();

        await page.GetByText("Roll back").ClickAsync();
        await page.GetByText("Send", new() { Exact = true }).ClickAsync();
        var command = station.Next();
        Assert.Equal(
            """{"schema":"patchcore.command/1","command":"rollback"}""", Encoding.UTF8.GetString(command.Payload));
        Assert.Equal(("patchcore/press-3/top/reply", false), (command.ResponseTopic, command.Retain));
        Publish(station.Client, "press-3/top/reply", $$"""
            { "schema": "patchcore.reply/1", "command": "rollback", "accepted": false, "reason": "none before",
              {{Times}} }
            """, new MosquittoDelivery(1, Correlation: command.Correlation));

        await Expect(page.Locator(".reply")).ToHaveTextAsync("rollback refused: none before");
        Assert.Equal(0, station.Waiting);
    }

    [Fact]
    public async Task Page_only_looks_unless_it_is_asked_for_commands()
    {
        var page = await OpenAsync();
        using var station = await ConnectAsync();
        Result(station, "01", "PASS", """ "score": 1.5, "threshold": 2.75, "normalizedScore": 0.353 """);

        await Expect(page.Locator(".verdict strong")).ToHaveTextAsync("PASS");
        Assert.Equal(0, await page.Locator(".card button, .card input:not([type=range])").CountAsync());
    }

    [Fact]
    public async Task Viewer_signs_in_at_the_broker_of_a_line_and_is_refused_a_command()
    {
        using var certificates = new LineCertificates();
        using var line = new LineBroker(certificates);
        using var station = new MosquittoClient(line.As("station-1"));
        await station.StartUntilAsync(connected: true);
        var page = await _browser.OpenAsync(Address(line.WebPort, "?commands=1"), _problems);
        await page.GetByLabel("User").FillAsync("viewer");
        await page.GetByLabel("Password").FillAsync(LineCertificates.ViewerPassword);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#connection")).ToHaveTextAsync("connected");
        Publish(station, "station-1/top/state", """{ "schema": "patchcore.camera-state/1", "state": "streaming" }""",
            new MosquittoDelivery(1, Retain: true));

        await page.GetByText("Roll back").ClickAsync();
        await page.GetByText("Send", new() { Exact = true }).ClickAsync();

        await Expect(page.Locator(".reply")).ToContainTextAsync("the broker refused it");
        await Expect(page.Locator(".reply")).ToContainTextAsync("Not authorized");
    }

    public void Dispose() => _broker.Dispose();

    private async Task<IPage> OpenAsync(string query = "")
    {
        var page = await _browser.OpenAsync(Address(_webPort, query), _problems);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("connected");
        return page;
    }

    private async Task<MosquittoClient> ConnectAsync()
    {
        var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);
        return client;
    }

    private static string Address(int port, string query) =>
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{query}");

    private static string Status(string state, string more) =>
        $$"""{ "schema": "patchcore.status/1", "station": "press-3", {{more}} "state": "{{state}}" }""";

    private static string Alarm(string more) => $$"""
        { "schema": "patchcore.alarm/1", "kind": "drift", "severity": "critical", "since": "2026-03-01T08:26:00.125Z",
          {{more}} "text": "the line no longer looks as at calibration" }
        """;

    private static void Result(MosquittoClient client, string id, string verdict, string more) =>
        Publish(client, "press-3/top/result", $$"""
            { "schema": "patchcore.result/1", "id": "{{id}}", "verdict": "{{verdict}}", {{more}}, {{Times}} }
            """);

    private static void Publish(MosquittoClient client, string topic, string text, MosquittoDelivery? how = null) =>
        Publish(client, topic, Encoding.UTF8.GetBytes(text), how ?? new MosquittoDelivery(1));

    private static void Publish(MosquittoClient client, string topic, byte[] payload, MosquittoDelivery delivery)
    {
        client.TryPublish($"patchcore/{topic}", payload, delivery, out _);
        Assert.True(client.Flush(Patience));
    }
}
