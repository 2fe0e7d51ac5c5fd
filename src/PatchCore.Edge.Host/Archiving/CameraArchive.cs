using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// One camera's way into the archive: decides what is kept, copies it, and leaves it with the writer.
/// </summary>
internal sealed class CameraArchive : IDisposable
{
    private readonly PictureArchive _archive;
    private readonly ArchiveSettings _settings;
    private readonly HeatmapEncoder _encoder;
    private readonly ILogger _logger;

    public CameraArchive(
        string name, PictureArchive archive, ArchiveSettings settings, HeatmapSettings heatmap, ILogger logger)
    {
        (Name, _archive, _settings, _logger) = (name, archive, settings, logger);
        // Its file is a JPEG whatever goes out.
        _encoder = new HeatmapEncoder(heatmap.ToOptions() with { Format = PictureFormat.Jpeg });
    }

    public string Name { get; }

    /// <summary>
    /// Keeps the frame if the settings ask for it. Called on the pipeline's thread: copies, and neither waits for the
    /// disk nor throws.
    /// </summary>
    /// <param name="outcome">The verdict, with its frame and inspector.</param>
    /// <param name="id">Of the result.</param>
    /// <param name="result">The result as it was published.</param>
    /// <param name="heatmap">The JPEG that was made for the broker; empty where none was: then the writer makes one of
    /// a frame that failed.</param>
    public void Keep(
        in InspectionOutcome outcome, ResultId id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> heatmap)
    {
        if (!Wants(outcome) || _archive.Queue.Rent(this, outcome.Verdict) is not { } slot)
            return;
        try
        {
            slot.Fill(this, outcome, id, result, heatmap);
            _archive.Submit(slot);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The verdict is out; a picture less does not change it.
            _archive.Queue.Skip(outcome.Verdict);
            _archive.Queue.Return(slot);
            _logger.NotCopied(Name, error.Message);
        }
    }

    /// <summary>The heatmap of a slot, for the writer's thread; empty where there is none. Valid until the
    /// next.</summary>
    public ReadOnlySpan<byte> HeatmapOf(ArchiveSlot slot)
    {
        if (slot.Map.IsEmpty)
            return slot.Heatmap;
        try
        {
            return _encoder.Encode(slot.Picture, slot.Map, slot.Placement, slot.Colors.Low, slot.Colors.High).Span;
        }
        catch (NativeException error)
        {
            // The picture is kept without it.
            _logger.NotEncoded(Name, error.Message);
            return [];
        }
    }

    public void Dispose() => _encoder.Dispose();

    private bool Wants(in InspectionOutcome outcome) => outcome.Frame.Failure is null && outcome.Verdict switch
    {
        Verdict.Pass => _settings.Pass > 0 && outcome.Frame.Id % _settings.Pass == 0,
        Verdict.Fail => _settings.Fail,
        _ => _settings.Error && !outcome.Frame.Image.IsEmpty,
    };
}
