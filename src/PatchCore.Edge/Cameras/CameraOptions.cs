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
    /// How long an open source may give nothing, on top of what it says itself (<see cref="IFrameSource.MayWait"/>),
    /// until it counts as stalled; null lets it be silent, and hang, for ever.
    /// </summary>
    public TimeSpan? StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same for opening it, and for its first frame.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a stalled source may take to return once it was told to, and any source to close; then its thread is
    /// left behind.
    /// </summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Threads left behind past which the source is not opened again until one of them has returned.
    /// </summary>
    public int MaxHung { get; init; } = 3;

    /// <summary>When pictures are black, frozen or the like.</summary>
    public PictureCheckOptions Pictures { get; init; } = new();

    /// <summary>
    /// Waits before opening a lost source again; the last one repeats. A picture read starts over at the first.
    /// </summary>
    public IReadOnlyList<TimeSpan> Backoff { get; init; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)];

    /// <summary>Share, 0 to 1, by which each wait is longer or shorter, so that cameras do not return as one.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Where jitter comes from.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Attempts in a row without a picture after which the camera fails; null never gives up.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long stopping waits for a source that is in the middle of a read.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(Frames >= 3, nameof(Frames), Frames, "3 or more");
        Require(!(StallTimeout <= TimeSpan.Zero), nameof(StallTimeout), StallTimeout, "more than 0");
        Require(OpenTimeout > TimeSpan.Zero, nameof(OpenTimeout), OpenTimeout, "more than 0");
        Require(HangTimeout > TimeSpan.Zero, nameof(HangTimeout), HangTimeout, "more than 0");
        Require(MaxHung >= 1, nameof(MaxHung), MaxHung, "1 or more");
        Require(Jitter is >= 0 and < 1, nameof(Jitter), Jitter, "0 or more and less than 1");
        Require(!(MaxAttempts < 1), nameof(MaxAttempts), MaxAttempts, "1 or more");
        if (Backoff.Count == 0 || Backoff.Any(wait => wait <= TimeSpan.Zero))
        {
            throw new ArgumentException(
                "Backoff of a camera is empty or has a wait that is not positive", nameof(Backoff));
        }

        Pictures.Validate();
    }

    private static void Require(bool holds, string name, object? found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} of a camera is {found}, expected {expected}"), name);
        }
    }
}
