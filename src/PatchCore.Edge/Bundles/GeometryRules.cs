using System.Globalization;

namespace PatchCore.Edge.Bundles;

/// <summary>
/// What a geometry must satisfy by itself, before any frame is seen; all faults are found. Each names its key with the
/// prefix that it is given, what was found and what was expected.
/// </summary>
public static class GeometryRules
{
    private const string Rectangle = "expected x, y, width, height in frame pixels, 16 wide and high or more";

    public static IReadOnlyList<string> Faults(GeometryInfo geometry, string key = "geometry")
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var faults = new List<string>();
        Require(
            geometry.Resize is "stretch" or "fit", $"{key}.resize is '{geometry.Resize}', expected stretch or fit");
        if (geometry.Frame is { } frame)
        {
            Require(
                frame.Width is >= 2 and <= 32767 && frame.Height is >= 2 and <= 32767,
                $"{key}.frame is {frame.Width}x{frame.Height}, expected 2 to 32767 pixels each");
        }

        CheckPolygons($"{key}.region", geometry.Region);
        CheckPolygons($"{key}.ignore", geometry.Ignore);
        if (geometry.Tiling is { } tiling)
        {
            Require(
                tiling.Size is >= 16 and <= 32767, $"{key}.tiling.size is {tiling.Size}, expected 16 to 32767 pixels");
            Require(
                tiling.Overlap is null || (tiling.Overlap >= 0 && tiling.Overlap <= tiling.Size / 2),
                $"{key}.tiling.overlap is {tiling.Overlap}, expected 0 to half the size, {tiling.Size / 2}");
        }

        if (geometry.Alignment is { } alignment)
            CheckAlignment(alignment);
        if (geometry.Depth is { } depth)
        {
            Require(
                depth.Black >= 0 && depth.Black < depth.White && depth.White <= 65535,
                $"{key}.depth is {depth.Black} to {depth.White}, expected black below white, both 0 to 65535");
        }

        return faults;

        void CheckAlignment(AlignmentInfo a)
        {
            var template = a.Template ?? [];
            Require(
                template.Length == 4 && template.All(double.IsFinite) && template is [>= 0, >= 0, >= 16, >= 16],
                $"{key}.alignment.template is [{string.Join(", ", template.Select(Text))}], {Rectangle}");
            Require(
                a.SearchPixels is >= 0 and <= 4096,
                $"{key}.alignment.searchPixels is {a.SearchPixels}, expected 0 to 4096");
            Require(
                a.SearchDegrees is >= 0 and <= 180,
                $"{key}.alignment.searchDegrees is {a.SearchDegrees}, expected 0 to 180");
            Require(
                a.MinSimilarity is > 0 and < 1,
                $"{key}.alignment.minSimilarity is {a.MinSimilarity}, expected above 0, below 1");
            Require(a.Reference is not "", $"{key}.alignment.reference is empty, expected a picture file");
        }

        void CheckPolygons(string name, double[][][] polygons)
        {
            for (var i = 0; i < polygons.Length; i++)
            {
                if (PolygonFault(polygons[i]) is { } fault)
                    faults.Add($"{name}[{i.ToString(CultureInfo.InvariantCulture)}] {fault}");
            }
        }

        void Require(bool holds, FormattableString fault)
        {
            if (!holds)
                faults.Add(FormattableString.Invariant(fault));
        }
    }

    private static string? PolygonFault(double[][]? polygon)
    {
        if (polygon is null || polygon.Any(p => p is not { Length: 2 } || !p.All(double.IsFinite)))
            return "has a point that is no pair of numbers, expected points [x, y]";
        if (polygon.Length < 3)
            return FormattableString.Invariant($"has {polygon.Length} points, expected 3 or more");
        for (var i = 0; i < polygon.Length; i++)
        {
            for (var j = i + 2; j < polygon.Length; j++)
            {
                if ((j + 1) % polygon.Length != i && Cross(Edge(i), Edge(j)))
                    return $"crosses itself: the edge at [{Shown(i)}] and the one at [{Shown(j)}]";
            }
        }

        var area = 0.0;
        for (var i = 0; i < polygon.Length; i++)
        {
            var (from, to) = Edge(i);
            area += ((from[0] * to[1]) - (to[0] * from[1])) / 2;
        }

        return Math.Abs(area) >= 1
            ? null
            : FormattableString.Invariant($"has an area of {Math.Abs(area):G3} pixels, expected 1 or more");

        (double[] From, double[] To) Edge(int i) => (polygon[i], polygon[(i + 1) % polygon.Length]);
        string Shown(int i) => string.Join(", ", polygon[i].Select(Text));
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool Cross((double[] From, double[] To) a, (double[] From, double[] To) b) =>
        Side(a, b.From) * Side(a, b.To) < 0 && Side(b, a.From) * Side(b, a.To) < 0;

    private static double Side((double[] From, double[] To) edge, double[] point) => Math.Sign(
        ((edge.To[0] - edge.From[0]) * (point[1] - edge.From[1]))
        - ((edge.To[1] - edge.From[1]) * (point[0] - edge.From[0])));
}
