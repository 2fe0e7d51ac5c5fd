using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Reports;

/// <summary>One picture of the gallery.</summary>
/// <param name="Image">What it came to.</param>
/// <param name="Frame">JPEG of the frame.</param>
/// <param name="Heatmap">JPEG of the frame under its anomaly map.</param>
/// <param name="Width">Of both, pixels.</param>
/// <param name="Height">Of both, pixels.</param>
/// <param name="Outline">Of the mask, as an SVG path in units of the pictures' pixels; null without a mask.</param>
internal sealed record GalleryPicture(
    EvaluatedImage Image, byte[] Frame, byte[] Heatmap, int Width, int Height, string? Outline);

/// <summary>
/// Keeps pictures of those frames that were judged most wrongly, while they pass by: as many as were asked for,
/// whatever the number of frames.
/// </summary>
internal sealed class PictureGallery(int capacity)
{
    private const int Side = 320;
    private const int Quality = 78;

    private readonly PriorityQueue<GalleryPicture, (float Wrongness, int Order)> _kept = new();
    private int _seen;

    /// <summary>Frames that were judged and have no picture here.</summary>
    public int LeftOut => _seen - _kept.Count;

    public void Add(JudgedFrame judged)
    {
        // The later of two that are equally wrong gives way.
        var rank = (Wrongness.Of(judged.Image, judged.Inspector.Threshold), -_seen);
        _seen++;
        if (_kept.Count == capacity)
        {
            if (capacity == 0 || !_kept.TryPeek(out _, out var least) || rank.CompareTo(least) < 0)
                return;
            _kept.Dequeue();
        }

        _kept.Enqueue(Render(judged), rank);
    }

    /// <summary>The most wrongly judged first.</summary>
    public IReadOnlyList<GalleryPicture> Sorted() =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];

    private static GalleryPicture Render(JudgedFrame judged)
    {
        var frame = judged.Frame;
        var scale = Math.Min(1, Side / (double)Math.Max(frame.Width, frame.Height));
        var width = Math.Max(1, (int)Math.Round(frame.Width * scale));
        var height = Math.Max(1, (int)Math.Round(frame.Height * scale));
        return new GalleryPicture(
            judged.Image, Encode(judged, width, opacity: 0), Encode(judged, width, new HeatmapOptions().Opacity),
            width, height, judged.Mask is { } mask ? MaskOutline.Of(mask, width, height) : null);
    }

    private static byte[] Encode(JudgedFrame judged, int width, float opacity)
    {
        using var encoder = new HeatmapEncoder(
            new HeatmapOptions { MaxWidth = width, Opacity = opacity, Quality = Quality });
        var manifest = judged.Inspector.Model.Bundle.Manifest;
        // On the line, heat begins at the hottest spot of a usual good part, and a miss would show nothing: here it is
        // half as hot as it gets, so that one sees where the model looked. The same for all pictures, to compare them.
        var usual = Math.Max(manifest.Calibration.MapLow, 1e-6f);
        return encoder.Encode(
            judged.Frame, judged.Inspector.Map(), judged.Inspector.Placement, 0.5f * usual, 1.5f * usual).ToArray();
    }
}
