namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// Looks for changed recipes and bundles again and again. It looks instead of being told, for folders of a network share
/// tell nothing.
/// </summary>
internal sealed class RecipeWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="recipes">Whose recipes.</param>
    /// <param name="interval">From look to look; zero never looks.</param>
    /// <param name="time">Measures the interval.</param>
    /// <param name="logger">Told when looking fails.</param>
    public RecipeWatch(RecipeBoard recipes, TimeSpan interval, TimeProvider time, ILogger logger) =>
        _running = interval > TimeSpan.Zero ? WatchAsync(recipes, interval, time, logger) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task WatchAsync(RecipeBoard recipes, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await recipes.RefreshAsync();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    logger.NotWatched(error.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The station stops.
        }
    }
}
