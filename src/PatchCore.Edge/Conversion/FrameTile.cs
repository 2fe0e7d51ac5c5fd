namespace PatchCore.Edge.Conversion;

/// <summary>One image tensor's worth of the canvas, and which of its patches are taken.</summary>
/// <param name="X">Of its first pixel on the canvas.</param>
/// <param name="Y">Of its first pixel on the canvas.</param>
/// <param name="Runs">Patches that lie side by side here and in the frame's embedding.</param>
internal sealed record FrameTile(int X, int Y, PatchRun[] Runs)
{
    /// <summary>The tiles that hold active patches, row by row.</summary>
    /// <param name="active">Ascending indices of the canvas's grid.</param>
    public static FrameTile[] Cut(
        TileAxis across, TileAxis down, (int Width, int Height) tensor, (int Width, int Height) grid, int[] active)
    {
        var tiles = new List<FrameTile>();
        for (var row = 0; row < down.Starts.Length; row++)
        {
            for (var column = 0; column < across.Starts.Length; column++)
            {
                var (x, y) = (across.Starts[column], down.Starts[row]);
                var (left, top) = (x * grid.Width / tensor.Width, y * grid.Height / tensor.Height);
                var runs = RunsOf(
                    active, across.Patches, across.Owned[column], down.Owned[row],
                    (gridX, gridY) => ((gridY - top) * grid.Width) + gridX - left);
                if (runs.Length > 0)
                    tiles.Add(new FrameTile(x, y, runs));
            }
        }

        return [.. tiles];
    }

    private static PatchRun[] RunsOf(
        int[] active, int columns, (int From, int To) across, (int From, int To) down, Func<int, int, int> indexInTile)
    {
        var runs = new List<PatchRun>();
        var first = Array.BinarySearch(active, down.From * columns);
        for (var i = first < 0 ? ~first : first; i < active.Length && active[i] / columns < down.To; i++)
        {
            var (x, y) = (active[i] % columns, active[i] / columns);
            if (x < across.From || x >= across.To)
                continue;
            var patch = indexInTile(x, y);
            if (runs.Count > 0 && runs[^1] is var last && last.From + last.Count == patch && last.Into + last.Count == i)
                runs[^1] = last with { Count = last.Count + 1 };
            else
                runs.Add(new PatchRun(patch, i, 1));
        }

        return [.. runs];
    }
}

/// <summary>Patches to copy from a tile's embedding into the frame's.</summary>
internal readonly record struct PatchRun(int From, int Into, int Count);
