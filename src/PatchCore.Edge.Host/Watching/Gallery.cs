using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Watching;

/// <summary>
/// The heatmaps that go on the contact sheet, in order of arrival. A heatmap names its result by correlation data. Room
/// is kept for defects: with many pictures, the oldest PASS gives way first.
/// </summary>
internal sealed class Gallery(int capacity)
{
    private const int Remembered = 256;

    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Verdict> _verdicts = [];
    private readonly List<(byte[] Jpeg, Verdict Verdict)> _pictures = [];

    public IReadOnlyList<(byte[] Jpeg, Verdict Verdict)> Pictures => _pictures;

    public void Add(ResultMessage result)
    {
        var id = result.Id.ToString();
        _verdicts[id] = result.Verdict;
        _order.Enqueue(id);
        if (_order.Count > Remembered)
            _verdicts.Remove(_order.Dequeue());
    }

    /// <summary>False when the heatmap belongs to no result that was received.</summary>
    public bool AddHeatmap(byte[] jpeg, string? resultId)
    {
        if (resultId is null || !_verdicts.TryGetValue(resultId, out var verdict))
            return false;
        _pictures.Add((jpeg, verdict));
        if (_pictures.Count > capacity)
        {
            var pass = _pictures.FindIndex(picture => picture.Verdict == Verdict.Pass);
            _pictures.RemoveAt(Math.Max(0, pass));
        }
        return true;
    }
}
