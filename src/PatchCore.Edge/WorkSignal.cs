namespace PatchCore.Edge;

/// <summary>
/// Wakes one waiting thread; a signal that comes while none waits is kept, several count as one. Holds nothing that
/// would have to be disposed while a camera may still signal.
/// </summary>
internal sealed class WorkSignal
{
    private readonly object _gate = new();
    private bool _set;

    public void Set()
    {
        lock (_gate)
        {
            _set = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Wait()
    {
        lock (_gate)
        {
            while (!_set)
                Monitor.Wait(_gate);
            _set = false;
        }
    }
}
