using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// A geometry worked out for frames of one size: the piece of the frame that is looked at (<see cref="Crop"/>), the
/// canvas that it is resized to, the tiles that the canvas is cut into, the one grid of patches over all of them and
/// which of those are active, and the anomaly map. Conversion/README.md tells how coordinates map.
/// </summary>
public sealed class FrameGeometry
{
    // More pixels than these say nothing more: the map is interpolated from far fewer patches.
    private const int MostMapPixels = 1 << 20;

    private FrameGeometry()
    {
    }

    /// <summary>Pixels of the frame that this was worked out for.</summary>
    public (int Width, int Height) Frame { get; private init; }

    /// <summary>Frame pixels that are looked at: the box around the region, else the whole frame.</summary>
    public PixelBox Crop { get; private init; }

    /// <summary>Pixels of the canvas.</summary>
    public (int Width, int Height) Canvas { get; private init; }

    /// <summary>Canvas pixels that the crop is resized to; what lies around it is padding.</summary>
    public PixelBox Content { get; private init; }

    /// <summary>Rows of the grid of patches over the canvas.</summary>
    public int GridHeight { get; private init; }

    /// <summary>Columns of the grid of patches over the canvas.</summary>
    public int GridWidth { get; private init; }

    /// <summary>
    /// The patches that are inspected, as ascending row-major indices of the grid; null when all are. A patch is active
    /// when the center of its cell lies on the frame, in the region and in nothing to ignore.
    /// </summary>
    public IReadOnlyList<int>? ActivePatches { get; private init; }

    /// <summary>How many are active.</summary>
    public int PatchCount => ActivePatches?.Count ?? GridHeight * GridWidth;

    /// <summary>Canvas pixels for each map pixel, along either axis.</summary>
    public int MapReduction { get; private init; }

    public int MapWidth => Canvas.Width / MapReduction;

    public int MapHeight => Canvas.Height / MapReduction;

    /// <summary>By map pixel, whether its center is inspected; null when all are.</summary>
    public IReadOnlyList<bool>? MapMask { get; private init; }

    /// <summary>Where the map lies on a frame whose part lies as the reference's.</summary>
    public MapPlacement Placement { get; private init; }

    internal FrameTile[] Tiles { get; private init; } = [];

    /// <summary>Whether the crop goes straight into the one tensor, without a canvas in between.</summary>
    internal bool IsDirect { get; private init; }

    /// <summary>Whether nothing depends on the size of the frame: the whole of it, stretched.</summary>
    internal static bool TakesAnySize(GeometryInfo geometry) =>
        geometry is { Resize: "stretch", Region.Length: 0, Ignore.Length: 0, Tiling: null, Alignment: null };

    /// <param name="geometry">Without faults by <see cref="GeometryRules"/>.</param>
    /// <param name="tensor">Pixels of the image tensor.</param>
    /// <param name="grid">Patches of the image tensor.</param>
    /// <param name="frame">Pixels of the frames.</param>
    /// <exception cref="GeometryException">The geometry does not fit the frames or the backbone.</exception>
    public static FrameGeometry Create(
        GeometryInfo geometry, (int Width, int Height) tensor, (int Width, int Height) grid,
        (int Width, int Height) frame)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var crop = geometry.Region.Length == 0
            ? new PixelBox(0, 0, frame.Width, frame.Height)
            : Polygons.Box(geometry.Region, frame.Width, frame.Height);
        var fit = geometry.Resize == "fit";
        var scale = geometry.Tiling is { } tiling
            ? tensor.Width / tiling.Size
            : Math.Min((double)tensor.Width / crop.Width, (double)tensor.Height / crop.Height);
        var (across, down) = geometry.Tiling is null
            ? (TileAxis.Single(tensor.Width, grid.Width), TileAxis.Single(tensor.Height, grid.Height))
            : (Tile(tensor.Width, grid.Width, crop.Width), Tile(tensor.Height, grid.Height, crop.Height));
        var canvas = (Width: across.Length, Height: down.Length);
        var content = fit ? Centered(crop, scale, canvas) : new PixelBox(0, 0, canvas.Width, canvas.Height);
        var reduction = Reduction(canvas, grid.Width == 0 ? 1 : tensor.Width / grid.Width);
        var placement = Place(crop, content, canvas, reduction);
        var active = Active(geometry, across.Patches, down.Patches, canvas, placement, reduction, crop);
        return new FrameGeometry
        {
            Frame = frame,
            Crop = crop,
            Canvas = canvas,
            Content = content,
            GridWidth = across.Patches,
            GridHeight = down.Patches,
            ActivePatches = active.Length == across.Patches * down.Patches ? null : active,
            MapReduction = reduction,
            MapMask = Mask(geometry, placement, crop),
            Placement = placement,
            IsDirect = canvas == tensor && content == new PixelBox(0, 0, canvas.Width, canvas.Height),
            Tiles = FrameTile.Cut(across, down, tensor, grid, active),
        };

        TileAxis Tile(int pixels, int patches, int length) => TileAxis.Tiled(
            pixels, patches, length * scale,
            (geometry.Tiling!.Overlap ?? geometry.Tiling.Size / TilingInfo.DefaultOverlapPart) * scale, fit);
    }

    /// <summary>Indices of the active patches in the grid, ascending.</summary>
    public IEnumerable<int> Patches() => ActivePatches ?? Enumerable.Range(0, GridWidth * GridHeight);

    /// <summary>The center of a patch's cell on the frame.</summary>
    /// <param name="patch">Its index in the grid.</param>
    /// <param name="placement">Where the map lies on that frame.</param>
    public (double X, double Y) CenterOf(int patch, in MapPlacement placement) => placement.ToFrame(
        ((patch % GridWidth) + 0.5) * MapWidth / GridWidth, ((patch / GridWidth) + 0.5) * MapHeight / GridHeight);

    /// <summary>The four corners of a patch's cell on the frame, in order around it.</summary>
    /// <param name="patch">Its index in the grid.</param>
    /// <param name="placement">Where the map lies on that frame.</param>
    public (double X, double Y)[] OutlineOf(int patch, MapPlacement placement)
    {
        var (column, row) = (patch % GridWidth, patch / GridWidth);
        return [Corner(0, 0), Corner(1, 0), Corner(1, 1), Corner(0, 1)];

        (double X, double Y) Corner(int right, int down) => placement.ToFrame(
            (double)(column + right) * MapWidth / GridWidth, (double)(row + down) * MapHeight / GridHeight);
    }

    private static PixelBox Centered(PixelBox crop, double scale, (int Width, int Height) canvas)
    {
        var width = Math.Clamp((int)Math.Round(crop.Width * scale), 1, canvas.Width);
        var height = Math.Clamp((int)Math.Round(crop.Height * scale), 1, canvas.Height);
        return new PixelBox((canvas.Width - width) / 2, (canvas.Height - height) / 2, width, height);
    }

    private static int Reduction((int Width, int Height) canvas, int patch)
    {
        var reduction = 1;
        while ((long)canvas.Width * canvas.Height / (reduction * reduction) > MostMapPixels && 2 * reduction <= patch
            && canvas.Width % (2 * reduction) == 0 && canvas.Height % (2 * reduction) == 0)
        {
            reduction *= 2;
        }

        return reduction;
    }

    private static MapPlacement Place(
        PixelBox crop, PixelBox content, (int Width, int Height) canvas, int reduction)
    {
        var (x, y) = ((double)crop.Width / content.Width, (double)crop.Height / content.Height);
        return new MapPlacement(
            canvas.Width / reduction, canvas.Height / reduction,
            reduction * x, 0, crop.X - (content.X * x), 0, reduction * y, crop.Y - (content.Y * y));
    }

    private static int[] Active(
        GeometryInfo geometry, int columns, int rows, (int Width, int Height) canvas, MapPlacement placement,
        int reduction, PixelBox crop)
    {
        var active = Enumerable.Range(0, columns * rows)
            .Where(patch =>
            {
                var (x, y) = placement.ToFrame(
                    ((patch % columns) + 0.5) * canvas.Width / columns / reduction,
                    ((patch / columns) + 0.5) * canvas.Height / rows / reduction);
                return IsInspected(geometry, crop, x, y);
            })
            .ToArray();
        return active.Length > 0 ? active : throw new GeometryException(string.Create(CultureInfo.InvariantCulture,
            $"geometry: nothing is left to inspect: none of the {columns}x{rows} patches has its center "
            + $"in the region and outside of what is ignored"));
    }

    private static bool[]? Mask(GeometryInfo geometry, MapPlacement placement, PixelBox crop)
    {
        var mask = new bool[placement.Width * placement.Height];
        for (var i = 0; i < mask.Length; i++)
        {
            var (x, y) = placement.ToFrame((i % placement.Width) + 0.5, (i / placement.Width) + 0.5);
            mask[i] = IsInspected(geometry, crop, x, y);
        }

        return mask.Contains(false) ? mask : null;
    }

    internal static bool IsInspected(GeometryInfo geometry, PixelBox crop, double x, double y) =>
        x >= crop.X && x <= crop.X + crop.Width && y >= crop.Y && y <= crop.Y + crop.Height
        && (geometry.Region.Length == 0 || Polygons.Contain(geometry.Region, x, y))
        && !Polygons.Contain(geometry.Ignore, x, y);
}
