using System.Globalization;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// How tiles lie along one axis of the canvas. Their distances are whole numbers of patches, so that the patches of
/// neighbors coincide; and of 32 pixels where that is possible, so that the deeper layers of a backbone, whose strides
/// are 16 or 32, see the same phase in every tile.
/// </summary>
internal sealed class TileAxis
{
    private const int DeepStride = 32;

    private TileAxis(int length, int patches, int[] starts, int tile, int grid)
    {
        (Length, Patches, Starts) = (length, patches, starts);
        Owned = new (int From, int To)[starts.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            var from = i == 0 ? 0 : Middle(i - 1);
            Owned[i] = (from, i == starts.Length - 1 ? patches : Middle(i));
        }

        // The patch from which on the next tile's center is nearer.
        int Middle(int i) => (int)Math.Floor(((starts[i] + starts[i + 1] + tile) / 2.0 * grid / tile) + 0.5);
    }

    /// <summary>Pixels of the canvas.</summary>
    public int Length { get; }

    /// <summary>Patches of the canvas.</summary>
    public int Patches { get; }

    /// <summary>First pixel of every tile.</summary>
    public int[] Starts { get; }

    /// <summary>Patches that are taken from every tile, the one whose center is nearest; To is the first after.</summary>
    public (int From, int To)[] Owned { get; }

    /// <summary>One tile is the canvas.</summary>
    public static TileAxis Single(int tile, int grid) => new(tile, grid, [0], tile, grid);

    /// <param name="tile">Pixels of a tile.</param>
    /// <param name="grid">Patches of a tile.</param>
    /// <param name="wanted">Canvas pixels that the frame would take at the tiling's scale.</param>
    /// <param name="overlap">Canvas pixels that neighbors share at least.</param>
    /// <param name="pad">Whether the canvas is at least as long as wanted, or as near as its step allows.</param>
    /// <exception cref="GeometryException">The tile's pixels are not a whole number for each patch.</exception>
    public static TileAxis Tiled(int tile, int grid, double wanted, double overlap, bool pad)
    {
        if (tile % grid != 0)
        {
            throw new GeometryException(string.Create(CultureInfo.InvariantCulture,
                $"geometry.tiling: the backbone gives {grid} patches for {tile} pixels, "
                + $"expected an image size that is a multiple of its patches"));
        }

        var patch = tile / grid;
        var step = DeepStride % patch == 0 && tile % DeepStride == 0 ? DeepStride : patch;
        var steps = (wanted - tile) / step;
        var more = step * (int)Math.Max(0, pad ? Math.Ceiling(steps - 1e-9) : Math.Round(steps));
        var stride = Math.Max(step, (int)((tile - overlap) / step) * step);
        var gaps = (more + stride - 1) / stride;
        var starts = new int[gaps + 1];
        for (var i = 1; i <= gaps; i++)
            starts[i] = (int)Math.Round((double)i * more / gaps / step) * step;
        return new TileAxis(tile + more, grid + (more / patch), starts, tile, grid);
    }
}
