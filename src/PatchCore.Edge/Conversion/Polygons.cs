using System.Globalization;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Conversion;

/// <summary>Polygons of points [x, y] in frame pixels, drawn by a person.</summary>
internal static class Polygons
{
    /// <summary>Whether the point lies in any of them.</summary>
    public static bool Contain(double[][][] polygons, double x, double y)
    {
        foreach (var polygon in polygons)
        {
            // A ray to the right crosses the border an odd number of times.
            var inside = false;
            for (int i = 0, j = polygon.Length - 1; i < polygon.Length; j = i++)
            {
                var (a, b) = (polygon[i], polygon[j]);
                if (a[1] > y != b[1] > y && x < ((b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])) + a[0])
                    inside = !inside;
            }

            if (inside)
                return true;
        }

        return false;
    }

    /// <summary>The whole pixels around all of them.</summary>
    /// <exception cref="GeometryException">A point lies outside the frame.</exception>
    public static PixelBox Box(double[][][] polygons, int frameWidth, int frameHeight)
    {
        for (var i = 0; i < polygons.Length; i++)
        {
            foreach (var point in polygons[i])
            {
                if (!(point[0] >= 0 && point[0] <= frameWidth && point[1] >= 0 && point[1] <= frameHeight))
                {
                    throw new GeometryException(string.Create(CultureInfo.InvariantCulture,
                        $"geometry.region[{i}] has the point [{point[0]}, {point[1]}], "
                        + $"expected points within the frame of {frameWidth}x{frameHeight}"));
                }
            }
        }

        var points = polygons.SelectMany(polygon => polygon).ToArray();
        var (left, top) = ((int)points.Min(p => p[0]), (int)points.Min(p => p[1]));
        return new PixelBox(
            left, top,
            (int)Math.Ceiling(points.Max(p => p[0])) - left, (int)Math.Ceiling(points.Max(p => p[1])) - top);
    }
}
