using System.Diagnostics.CodeAnalysis;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// A fixed number of frames, filled again and again: no memory is asked for once each has been filled. Thread-safe.
/// After <see cref="Dispose"/> the frames still out are released as they come back.
/// </summary>
public sealed class FramePool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<Frame> _free;
    private readonly SemaphoreSlim _available;
    private bool _disposed;

    public FramePool(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        _free = new Stack<Frame>(capacity);
        _available = new SemaphoreSlim(capacity, capacity);
        for (var i = 0; i < capacity; i++)
            _free.Push(new Frame(this));
    }

    public int Capacity { get; }

    /// <summary>Frames that lie in the pool right now.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
                return _free.Count;
        }
    }

    public bool TryRent([NotNullWhen(true)] out Frame? frame)
    {
        frame = _available.Wait(0) ? Take() : null;
        return frame is not null;
    }

    /// <summary>Waits until a frame has come back.</summary>
    public Frame Rent(CancellationToken cancellationToken = default)
    {
        _available.Wait(cancellationToken);
        return Take();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _available.Dispose();
            while (_free.TryPop(out var frame))
                frame.Release();
        }
    }

    /// <summary>
    /// Makes a new frame in the place of one that may never come back; when that one does, it is released.
    /// </summary>
    internal void Replace(Frame frame)
    {
        lock (_lock)
        {
            frame.Replaced = true;
            if (_disposed)
                return;
            _free.Push(new Frame(this));
            _available.Release();
        }
    }

    internal void Return(Frame frame)
    {
        lock (_lock)
        {
            if (_disposed || frame.Replaced)
            {
                frame.Release();
                return;
            }

            _free.Push(frame);
            _available.Release();
        }
    }

    private Frame Take()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var frame = _free.Pop();
            frame.Rent();
            return frame;
        }
    }
}
