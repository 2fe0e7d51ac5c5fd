namespace PatchCore.Edge.Cameras;

public sealed record CameraOptions
{
    /// <summary>
    /// False: the newest frame wins and older ones are dropped, as a line that does not wait needs it. True: every
    /// frame is handed over, and the source waits when all <see cref="Frames"/> are in use.
    /// </summary>
    public bool KeepEvery { get; init; }

    /// <summary>
    /// Frames in the pool, 3 or more: one being written, one handed over, the others with whoever inspects.
    /// </summary>
    public int Frames { get; init; } = 4;

    /// <summary>
    /// Waits before opening a lost source again; the last one repeats. A picture read starts over at the first.
    /// </summary>
    public IReadOnlyList<TimeSpan> Backoff { get; init; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)];

    /// <summary>Attempts in a row without a picture after which the camera fails; null never gives up.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long stopping waits for a source that is in the middle of a read.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Frames < 3)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Frames of a camera is {Frames}, expected 3 or more"), nameof(Frames));
        }

        if (Backoff.Count == 0 || Backoff.Any(wait => wait <= TimeSpan.Zero))
        {
            throw new ArgumentException(
                "Backoff of a camera is empty or has a wait that is not positive", nameof(Backoff));
        }

        if (MaxAttempts < 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"MaxAttempts of a camera is {MaxAttempts}, expected 1 or more"),
                nameof(MaxAttempts));
        }
    }
}
