using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// What is to be kept of one frame, copied from where it is only lent. Its memory stays from frame to frame and grows
/// to what the largest needed.
/// </summary>
internal sealed class ArchiveSlot : IDisposable
{
    private byte[] _result = [];
    private byte[] _heatmap = [];
    private float[] _map = [];
    private int _resultLength;
    private int _heatmapLength;
    private int _mapLength;

    public NativeImage Picture { get; } = NativeImage.Empty();

    public CameraArchive? Camera { get; private set; }

    public Verdict Verdict { get; private set; }

    public ResultId Id { get; private set; }

    public DateTimeOffset CapturedAt { get; private set; }

    /// <summary>The result as it was published.</summary>
    public ReadOnlySpan<byte> Result => _result.AsSpan(0, _resultLength);

    /// <summary>A JPEG that was made for the broker; empty where none was.</summary>
    public ReadOnlySpan<byte> Heatmap => _heatmap.AsSpan(0, _heatmapLength);

    /// <summary>The anomaly map to make a heatmap of; empty where there is one, or none is wanted.</summary>
    public ReadOnlySpan<float> Map => _map.AsSpan(0, _mapLength);

    public MapPlacement Placement { get; private set; }

    /// <summary>Map values at the two ends of the heatmap's colors.</summary>
    public (float Low, float High) Colors { get; private set; }

    public void Fill(
        CameraArchive camera, in InspectionOutcome outcome, ResultId id, ReadOnlySpan<byte> result,
        ReadOnlySpan<byte> heatmap)
    {
        (Camera, Verdict, Id, CapturedAt) = (camera, outcome.Verdict, id, outcome.Frame.CapturedAt);
        outcome.Frame.Image.CopyTo(Picture);
        _resultLength = Copy(result, ref _result);
        _heatmapLength = Copy(heatmap, ref _heatmap);
        _mapLength = 0;
        // A frame that failed has its map, because its regions were looked for; another's would cost the line time.
        if (heatmap.IsEmpty && outcome is { Verdict: Verdict.Fail, Inspector: { } inspector })
        {
            var calibration = outcome.Recipe.Model.Bundle.Manifest.Calibration;
            _mapLength = Copy(inspector.Map(), ref _map);
            (Placement, Colors) = (inspector.Placement, (calibration.MapLow, calibration.MapHigh));
        }
    }

    public void Dispose() => Picture.Dispose();

    private static int Copy<T>(ReadOnlySpan<T> from, ref T[] into)
    {
        if (into.Length < from.Length)
            into = new T[from.Length + (from.Length / 2)];
        from.CopyTo(into);
        return from.Length;
    }
}
