namespace PatchCore.Edge.Host.Publishing;

/// <summary>What may wait for the broker on disk.</summary>
/// <param name="MaxBytes">Of all results, with what a row takes besides.</param>
/// <param name="MaxAge">Of a result, by the time that the station has run since: no clock is asked.</param>
internal sealed record OutboxLimits(long MaxBytes, TimeSpan MaxAge)
{
    /// <summary>What a row takes besides its payload, roughly.</summary>
    public const int RowBytes = 128;
}
