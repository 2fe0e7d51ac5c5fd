using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Reports;

/// <summary>A piece of a frame around a patch.</summary>
/// <param name="Jpeg">The piece.</param>
/// <param name="Side">Its width and height, in frame pixels.</param>
/// <param name="Outline">Of the patch's cell, as an SVG path in units of frame pixels from the piece's corner.</param>
internal sealed record PatchPicture(byte[] Jpeg, int Side, string Outline)
{
    /// <summary>Sides of the piece in those of the cell: enough to see what it is a piece of.</summary>
    private const int Cells = 9;

    private const int MostPixels = 320;
    private const int Quality = 85;

    /// <exception cref="NativeException">The frame cannot be read.</exception>
    public static PatchPicture Of(PatchPlace place)
    {
        using var frame = NativeImage.Read(place.File);
        ImageOperations.Reduce(frame, 0, ushort.MaxValue);
        var (left, top) = (place.Outline.Min(corner => corner.X), place.Outline.Min(corner => corner.Y));
        var (right, bottom) = (place.Outline.Max(corner => corner.X), place.Outline.Max(corner => corner.Y));
        var side = (int)Math.Ceiling(Cells * Math.Max(right - left, bottom - top));
        side = Math.Clamp(side, 1, Math.Min(frame.Width, frame.Height));
        var x = Math.Clamp((int)Math.Round(((left + right) - side) / 2), 0, frame.Width - side);
        var y = Math.Clamp((int)Math.Round(((top + bottom) - side) / 2), 0, frame.Height - side);
        using var piece = Cut(frame, x, y, side);
        using var encoder = new HeatmapEncoder(
            new HeatmapOptions { MaxWidth = MostPixels, Opacity = 0, Quality = Quality });
        var path = string.Join('L', place.Outline.Select(
            corner => $"{PageWriter.Number(corner.X - x)} {PageWriter.Number(corner.Y - y)}"));
        return new PatchPicture(encoder.Encode(piece, [0], 1, 1, 0, 1).ToArray(), side, $"M{path}Z");
    }

    private static NativeImage Cut(NativeImage frame, int x, int y, int side)
    {
        var piece = NativeImage.Create(side, side, frame.Format);
        var (from, into, bytes) = (frame.Width, side, (int)frame.Format);
        for (var row = 0; row < side; row++)
        {
            frame.Pixels.Slice((((y + row) * from) + x) * bytes, side * bytes)
                .CopyTo(piece.Pixels[(row * into * bytes)..]);
        }

        return piece;
    }
}
