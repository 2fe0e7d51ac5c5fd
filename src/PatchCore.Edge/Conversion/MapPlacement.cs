namespace PatchCore.Edge.Conversion;

/// <summary>
/// Where an anomaly map lies on the frame that came in: frame x = XX·x + XY·y + X, frame y = YX·x + YY·y + Y. Points are
/// continuous: pixel (i, j) covers i to i + 1 and j to j + 1, its center is (i + ½, j + ½).
/// </summary>
/// <param name="Width">Columns of the map.</param>
/// <param name="Height">Rows of the map.</param>
public readonly record struct MapPlacement(
    int Width, int Height, double XX, double XY, double X, double YX, double YY, double Y)
{
    /// <summary>Frame pixels that a map pixel covers.</summary>
    public double PixelArea => Math.Abs((XX * YY) - (XY * YX));

    /// <summary>A map over the whole frame.</summary>
    public static MapPlacement Stretched(int width, int height, int frameWidth, int frameHeight) =>
        new(width, height, (double)frameWidth / width, 0, 0, 0, (double)frameHeight / height, 0);

    /// <summary>A point of the map on the frame.</summary>
    public (double X, double Y) ToFrame(double x, double y) => ((XX * x) + (XY * y) + X, (YX * x) + (YY * y) + Y);

    /// <summary>A point of the frame on the map; outside of it where the frame is not inspected.</summary>
    public (double X, double Y) ToMap(double x, double y)
    {
        var determinant = (XX * YY) - (XY * YX);
        return (((YY * (x - X)) - (XY * (y - Y))) / determinant, ((XX * (y - Y)) - (YX * (x - X))) / determinant);
    }

    /// <summary>This map on a frame that lies on another: first this, then the affine map that is given.</summary>
    internal MapPlacement Then(in Pose pose) => new(
        Width, Height,
        (pose.XX * XX) + (pose.XY * YX), (pose.XX * XY) + (pose.XY * YY), (pose.XX * X) + (pose.XY * Y) + pose.X,
        (pose.YX * XX) + (pose.YY * YX), (pose.YX * XY) + (pose.YY * YY), (pose.YX * X) + (pose.YY * Y) + pose.Y);
}

/// <summary>
/// Where a part lies: takes a point of the reference to the frame that came in; see <see cref="MapPlacement"/>.
/// </summary>
public readonly record struct Pose(double XX, double XY, double X, double YX, double YY, double Y)
{
    /// <summary>As the reference lies.</summary>
    public static Pose Reference { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Degrees, clockwise as seen on the picture, that the part is rotated by.</summary>
    public double Degrees => Math.Atan2(YX, XX) * 180 / Math.PI;

    public (double X, double Y) Apply(double x, double y) => ((XX * x) + (XY * y) + X, (YX * x) + (YY * y) + Y);
}
