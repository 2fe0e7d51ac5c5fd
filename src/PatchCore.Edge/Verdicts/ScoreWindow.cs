namespace PatchCore.Edge.Verdicts;

/// <summary>
/// The latest values, in order of time and of size. A value is found in O(log n); making room for it moves up to 4 n
/// bytes, which for usual windows costs less than the search. Nothing is allocated after the start.
/// </summary>
internal sealed class ScoreWindow(int capacity)
{
    private readonly float[] _byTime = new float[capacity];
    private readonly float[] _sorted = new float[capacity];
    private int _next;

    public int Count { get; private set; }

    public int Capacity => capacity;

    /// <summary>Ascending.</summary>
    public ReadOnlySpan<float> Sorted => _sorted.AsSpan(0, Count);

    /// <param name="value">A finite number.</param>
    public void Add(float value)
    {
        if (Count == capacity)
        {
            var gone = Array.BinarySearch(_sorted, 0, Count, _byTime[_next]);
            Count--;
            Array.Copy(_sorted, gone + 1, _sorted, gone, Count - gone);
        }

        var at = Array.BinarySearch(_sorted, 0, Count, value);
        at = at < 0 ? ~at : at;
        Array.Copy(_sorted, at, _sorted, at + 1, Count - at);
        _sorted[at] = value;
        Count++;
        _byTime[_next] = value;
        _next = (_next + 1) % capacity;
    }

    public void Clear() => (Count, _next) = (0, 0);
}
