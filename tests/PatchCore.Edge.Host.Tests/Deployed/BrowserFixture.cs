using Microsoft.Playwright;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>Debian's Chromium without a screen; one for a class of tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Chromium))
            throw new FileNotFoundException($"These tests need {Chromium} (Debian package chromium).");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            // Root has no sandbox, and a container little shared memory.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>A page of its own, with nothing kept from others; what fails in it is added to the problems.</summary>
    public async Task<IPage> OpenAsync(string address, List<string> problems)
    {
        var page = await _browser!.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        page.PageError += (_, error) => problems.Add(error);
        await page.GotoAsync(address);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
