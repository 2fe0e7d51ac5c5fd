using System.Threading.Channels;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Work of a task of its own, done once more after every wake; whoever wakes it waits for nothing, and wakes that come
/// while it is at it are one.
/// </summary>
/// <param name="work">What is to be done.</param>
/// <param name="failed">Gets what it throws, which does not end the loop.</param>
internal sealed class PublishLoop(Action work, Action<Exception> failed)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits for what is being done; a wake after this does nothing.</summary>
    public async Task StopAsync()
    {
        _wake.Writer.TryComplete();
        await _running.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    private async Task RunAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // one message that cannot be sent must not end the sending
            catch (Exception error)
#pragma warning restore CA1031
            {
                failed(error);
            }
        }
    }
}
