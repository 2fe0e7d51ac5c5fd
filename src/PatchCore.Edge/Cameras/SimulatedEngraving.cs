namespace PatchCore.Edge.Cameras;

/// <summary>The mark engraved into the hub below the bore; lit like the rest of the part.</summary>
internal static class SimulatedEngraving
{
    private const int Columns = 7 * 6;
    private const int Rows = 7;
    private const float Pitch = 1.55f;
    private const float Left = -Columns * Pitch / 2;
    private const float Top = 58.5f;

    // "PCE-042": five columns a letter and one between, seven rows.
    private static readonly string[] Glyphs =
    [
        "####   ###  #####        ###     #   ###  ",
        "#   # #   # #           #   #   ##  #   # ",
        "#   # #     #           #   #  # #      # ",
        "####  #     ####   ###  #   # #  #     #  ",
        "#     #     #           #   # #####   #   ",
        "#     #   # #           #   #    #   #    ",
        "#      ###  #####        ###     #  ##### ",
    ];

    private static readonly float[] Depth = Rasterize();

    /// <summary>Change of brightness by the engraving: dark in the stroke, a bright rim away from the lamp.</summary>
    public static float Relief(float u, float v)
    {
        var (x, y) = (((u - Left) / Pitch) + 1, ((v - Top) / Pitch) + 1);
        if (x < 0 || y < 0 || x >= Columns + 3 || y >= Rows + 1)
            return 0;
        var rim = At(x + (0.5f * SimulatedFlange.LightU), y + (0.5f * SimulatedFlange.LightV));
        var stroke = At(x, y);
        return (-46 * stroke) + (30 * rim * (1 - stroke));
    }

    /// <summary>Depth 0 to 1, interpolated; the raster has a margin of one cell.</summary>
    private static float At(float x, float y)
    {
        x = Math.Clamp(x, 0, Columns + 2.99f);
        y = Math.Clamp(y, 0, Rows + 0.99f);
        var (column, row) = ((int)x, (int)y);
        var (fx, fy) = (x - column, y - row);
        var i = (row * (Columns + 5)) + column;
        var top = Depth[i] + (fx * (Depth[i + 1] - Depth[i]));
        i += Columns + 5;
        return top + (fy * (Depth[i] + (fx * (Depth[i + 1] - Depth[i])) - top));
    }

    private static float[] Rasterize()
    {
        var raster = new float[(Rows + 3) * (Columns + 5)];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Glyphs[row].Length; column++)
                raster[((row + 1) * (Columns + 5)) + column + 1] = Glyphs[row][column] == '#' ? 1 : 0;
        }

        return raster;
    }
}
