using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

/// <summary>
/// A camera that runs: does the same read every few milliseconds, or, where it awaits triggers, once a trigger.
/// </summary>
internal sealed class LiveSource(Func<Frame, CancellationToken, bool> read, bool awaitsTrigger = false)
    : ITriggerableSource
{
    private readonly SemaphoreSlim _triggers = new(0);

    public string Description => "live";

    public TimeSpan MayWait => Timeout.InfiniteTimeSpan;

    public bool IsLive => false;

    public bool AwaitsTrigger => awaitsTrigger;

    /// <summary>While true no frames come.</summary>
    public bool IsPaused { get; set; }

    /// <summary>What the next orders to trigger throw; null takes them.</summary>
    public Exception? RefusesTriggers { get; set; }

    public void Trigger()
    {
        if (RefusesTriggers is { } refusal)
            throw refusal;
        _triggers.Release();
    }

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        if (awaitsTrigger)
            _triggers.Wait(cancellationToken);
        do
            cancellationToken.WaitHandle.WaitOne(3);
        while (IsPaused && !cancellationToken.IsCancellationRequested);
        cancellationToken.ThrowIfCancellationRequested();
        return read(into, cancellationToken);
    }

    public void Dispose() => _triggers.Dispose();
}
