using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using static Microsoft.Playwright.Assertions;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>A broker that serves the page, a browser that has it open, and a station that publishes to it.</summary>
internal sealed class DashboardPage : IDisposable
{
    private const string Times =
        """ "capturedAt": "2026-03-01T08:30:00.125Z", "publishedAt": "2026-03-01T08:30:00.185Z" """;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MosquittoBroker _broker;

    private DashboardPage(MosquittoBroker broker, IPage page, Subscriber station)
    {
        (_broker, Page, Station) = (broker, page, station);
    }

    public IPage Page { get; }

    /// <summary>Receives the commands to the camera top of press-3.</summary>
    public Subscriber Station { get; }

    public static async Task<DashboardPage> OpenAsync(BrowserFixture browser, List<string> problems, string query = "")
    {
        var port = MosquittoBroker.FreePort();
        var pages = Path.Combine(AppContext.BaseDirectory, "deploy", "dashboard");
        var broker = MosquittoBroker.Start(string.Create(CultureInfo.InvariantCulture,
            $"allow_anonymous true\nlistener {port} 127.0.0.1\nprotocol websockets\nhttp_dir {pages}"));
        var page = await browser.OpenAsync(
            string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{query}"), problems);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("connected");
        return new(broker, page, await Subscriber.ToAsync(broker.Port, "patchcore/press-3/top/command"));
    }

    public void Result(string id, string verdict, string more) => Publish("result", $$"""
        { "schema": "patchcore.result/1", "id": "{{id}}", "verdict": "{{verdict}}", "score": 3.3, "threshold": 2.75,
          "normalizedScore": 0.54, {{more}} {{Times}} }
        """);

    public void Publish(string kind, string text, CorrelationData? correlation = null) =>
        Publish(kind, Encoding.UTF8.GetBytes(text), new MosquittoDelivery(1, Correlation: correlation));

    public void Publish(string kind, byte[] payload, MosquittoDelivery delivery)
    {
        Station.Client.TryPublish($"patchcore/press-3/top/{kind}", payload, delivery, out _);
        Assert.True(Station.Client.Flush(Patience));
    }

    public void Dispose()
    {
        Station.Dispose();
        _broker.Dispose();
    }
}
