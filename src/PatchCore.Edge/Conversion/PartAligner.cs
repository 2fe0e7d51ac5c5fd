using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// Finds the part in a frame and moves it to where the reference has it. A frame without the part, or one that the
/// region of the part reaches out of, is refused: what was not seen never passes.
/// </summary>
internal sealed class PartAligner : IDisposable
{
    private readonly NativeAligner _aligner;
    private readonly double _minSimilarity;
    private readonly (double X, double Y)[] _mustBeSeen;
    private readonly (int Width, int Height) _frame;

    /// <exception cref="GeometryException">The template is flat, or not within the reference.</exception>
    public PartAligner(GeometryInfo info, FrameGeometry geometry, NativeImage reference)
    {
        var alignment = info.Alignment!;
        _minSimilarity = alignment.MinSimilarity;
        _frame = (reference.Width, reference.Height);
        // Without a region the whole frame is inspected, and its border always leaves the frame with a moved part.
        _mustBeSeen = info.Region.Length == 0 ? [] : [
            .. geometry.Patches().Select(patch => geometry.CenterOf(patch, geometry.Placement)),
        ];
        var (x, y, width, height) = (
            (int)alignment.Template[0], (int)alignment.Template[1], (int)alignment.Template[2],
            (int)alignment.Template[3]);
        if (_frame != geometry.Frame)
        {
            throw new GeometryException(Text(
                $"geometry.alignment.reference has {_frame.Width}x{_frame.Height} pixels, ")
                + Text($"expected {geometry.Frame.Width}x{geometry.Frame.Height} as the frames"));
        }

        if (x + width > _frame.Width || y + height > _frame.Height)
        {
            throw new GeometryException(Text(
                $"geometry.alignment.template reaches to {x + width}, {y + height}, ")
                + Text($"expected a rectangle within the frame of {_frame.Width}x{_frame.Height}"));
        }

        try
        {
            _aligner = NativeAligner.Create(
                reference, (x, y, width, height), alignment.SearchPixels, alignment.SearchDegrees);
        }
        catch (NativeException e)
        {
            throw new GeometryException($"geometry.alignment: {e.Message}");
        }
    }

    /// <summary>Where the part lies.</summary>
    /// <exception cref="FrameException">Nowhere, or partly outside the frame.</exception>
    public Pose Find(NativeImage frame)
    {
        Span<double> numbers = stackalloc double[6];
        var similarity = _aligner.Find(frame, numbers);
        if (!(similarity >= _minSimilarity))
        {
            throw new FrameException(
                Text($"part not found: similarity {similarity:F2}, expected at least {_minSimilarity:F2}"))
            {
                PartIsMissing = true,
            };
        }

        var pose = new Pose(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        var outside = 0;
        foreach (var (x, y) in _mustBeSeen)
        {
            var (frameX, frameY) = pose.Apply(x, y);
            if (!(frameX >= 0 && frameX <= _frame.Width && frameY >= 0 && frameY <= _frame.Height))
                outside++;
        }

        return outside == 0 ? pose : throw new FrameException(Text(
            $"part lies partly outside the frame: {outside} of the {_mustBeSeen.Length} patches of its region do"))
        {
            PartIsMissing = true,
        };
    }

    /// <summary>A piece of the reference as the frame shows it.</summary>
    public void Warp(NativeImage frame, in Pose pose, PixelBox piece, NativeImage into) => _aligner.Warp(
        frame, [pose.XX, pose.XY, pose.X, pose.YX, pose.YY, pose.Y], (piece.X, piece.Y, piece.Width, piece.Height),
        into);

    public void Dispose() => _aligner.Dispose();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
