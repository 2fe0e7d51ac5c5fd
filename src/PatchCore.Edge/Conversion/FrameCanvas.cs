using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// One frame after the other, made ready for the backbone as a geometry says: reduced to 8 bits, moved to where the
/// reference lies, cut and resized to the canvas. Takes its memory once; not for use by two threads at once.
/// </summary>
internal sealed class FrameCanvas : IDisposable
{
    private readonly GeometryInfo _info;
    private readonly Preprocessing _preprocessing;
    private readonly FrameConverter _converter;
    private readonly (int Width, int Height) _tensor;
    private readonly (int Width, int Height) _grid;
    private readonly (int Black, int White) _window;
    private readonly NativeImage _canvas = NativeImage.Empty();
    private readonly NativeImage _aligned = NativeImage.Empty();
    private readonly string? _referencePath;
    private FrameGeometry? _geometry;
    private CanvasBlank? _blank;
    private PartAligner? _aligner;
    private NativeImage? _reference;
    private NativeImage _source;
    private PixelBox _piece;
    private bool _isCanvas;

    /// <param name="info">Without faults.</param>
    /// <param name="preprocessing">Says the size of the image tensor.</param>
    /// <param name="grid">Patches of the image tensor.</param>
    /// <param name="referencePath">The alignment's reference; null: the first frame.</param>
    /// <exception cref="GeometryException">The geometry does not fit the backbone, or the frames' size.</exception>
    public FrameCanvas(
        GeometryInfo info, Preprocessing preprocessing, (int Width, int Height) grid, string? referencePath)
    {
        _referencePath = referencePath;
        _info = info;
        _preprocessing = preprocessing;
        _converter = new FrameConverter(preprocessing);
        _tensor = (preprocessing.Width, preprocessing.Height);
        _grid = grid;
        _window = (info.Depth?.Black ?? 0, info.Depth?.White ?? ushort.MaxValue);
        _source = _canvas;
        if (FrameGeometry.TakesAnySize(info))
            WorkOut(_tensor);
        else if (info.Frame is { } frame)
            WorkOut((frame.Width, frame.Height));
    }

    /// <exception cref="InvalidOperationException">The first frame, whose size decides, is still to come.</exception>
    public FrameGeometry Geometry =>
        _geometry ?? throw new InvalidOperationException("no frame was seen that says what size frames have");

    /// <summary>The picture that parts are aligned to; null without alignment, or before the first frame.</summary>
    public NativeImage? Reference => _reference;

    /// <summary>Where the part of the last frame lies.</summary>
    public Pose Pose { get; private set; } = Pose.Reference;

    /// <summary>Where the map of the last frame lies on it.</summary>
    public MapPlacement Placement { get; private set; }

    /// <summary>Makes a frame ready; one of 16 bits is reduced to 8 in place.</summary>
    /// <exception cref="FrameException">The frame is not as the geometry expects.</exception>
    /// <exception cref="GeometryException">First frame: the geometry does not fit its size.</exception>
    /// <exception cref="NativeException">The frame is empty.</exception>
    public void Load(NativeImage frame)
    {
        ImageOperations.Reduce(frame, _window.Black, _window.White);
        var (width, height) = (frame.Width, frame.Height);
        _isCanvas = false;
        Refuse(width, height);
        if (_geometry is null)
            WorkOut((width, height));
        if (FrameGeometry.TakesAnySize(_info))
        {
            (_source, _piece) = (frame, new PixelBox(0, 0, width, height));
            Placement = MapPlacement.Stretched(Geometry.MapWidth, Geometry.MapHeight, width, height);
            return;
        }

        (_source, _piece) = (frame, Geometry.Crop);
        Placement = Geometry.Placement;
        if (_info.Alignment is not null)
            Align(frame);
        if (Geometry.IsDirect && _blank is null)
            return;
        Render(_canvas);
        _blank?.Apply(_canvas);
        (_source, _isCanvas) = (_canvas, true);
    }

    /// <summary>The canvas of the frame that was loaded last; loading it again gives the same tensors.</summary>
    public void CopyTo(NativeImage into)
    {
        if (_isCanvas)
            _source.CopyTo(into);
        else
            Render(into);
    }

    /// <summary>Makes a canvas ready that <see cref="CopyTo"/> gave.</summary>
    /// <exception cref="FrameException">It has not the size of a canvas.</exception>
    public void LoadCanvas(NativeImage canvas)
    {
        var (width, height) = (canvas.Width, canvas.Height);
        if ((width, height) != Geometry.Canvas)
        {
            throw new FrameException(string.Create(CultureInfo.InvariantCulture,
                $"the canvas has {width}x{height} pixels, expected {Geometry.Canvas.Width}x{Geometry.Canvas.Height}"));
        }

        (_source, _isCanvas) = (canvas, true);
        Pose = Pose.Reference;
        Placement = Geometry.Placement;
    }

    /// <summary>One tile of what was loaded, as an image tensor.</summary>
    public void Convert(FrameTile tile, Span<float> tensor) => _converter.Convert(
        _source,
        _isCanvas ? new PixelBox(tile.X, tile.Y, _tensor.Width, _tensor.Height) : _piece,
        tensor);

    public void Dispose()
    {
        _aligner?.Dispose();
        _reference?.Dispose();
        _aligned.Dispose();
        _canvas.Dispose();
    }

    private void WorkOut((int Width, int Height) frame)
    {
        _geometry = FrameGeometry.Create(_info, _tensor, _grid, frame);
        _blank = CanvasBlank.Create(_info, _geometry, _preprocessing);
    }

    private void Align(NativeImage frame)
    {
        _aligner ??= CreateAligner(frame);
        Pose = _aligner.Find(frame);
        Placement = Geometry.Placement.Then(Pose);
        var crop = Geometry.Crop;
        _aligner.Warp(frame, Pose, crop, _aligned);
        (_source, _piece) = (_aligned, crop with { X = 0, Y = 0 });
    }

    private PartAligner CreateAligner(NativeImage frame)
    {
        try
        {
            _reference = _referencePath is null ? frame.Clone() : NativeImage.Read(_referencePath);
        }
        catch (NativeException e)
        {
            throw new GeometryException($"geometry.alignment.reference: {e.Message}");
        }

        ImageOperations.Reduce(_reference, _window.Black, _window.White);
        return new PartAligner(_info, Geometry, _reference);
    }

    private void Render(NativeImage into)
    {
        var (piece, content) = (_piece, Geometry.Content);
        ImageOperations.Place(
            _source, (piece.X, piece.Y, piece.Width, piece.Height), Geometry.Canvas.Width, Geometry.Canvas.Height,
            (content.X, content.Y, content.Width, content.Height), into);
    }

    private void Refuse(int width, int height)
    {
        if (width < 2 || height < 2)
            throw new FrameException(Found(width, height) + ", expected at least 2x2");
        var expected = FrameGeometry.TakesAnySize(_info) ? null
            : _geometry is null ? null
            : new FrameSizeInfo { Width = _geometry.Frame.Width, Height = _geometry.Frame.Height };
        expected ??= _info.Frame;
        if (expected is null || (expected.Width == width && expected.Height == height))
            return;
        if (!FrameGeometry.TakesAnySize(_info))
        {
            throw new FrameException(
                Found(width, height) + Found(", expected ", expected.Width, expected.Height) + " as the geometry was "
                + "drawn on");
        }

        // Stretching undoes another size, but not another shape. Sizes are whole pixels, so half of one is no fault.
        var wanted = (double)width * expected.Height / expected.Width;
        if (Math.Abs(wanted - height) > Math.Max(1, 0.01 * height))
        {
            throw new FrameException(
                Found(width, height) + Found(", expected ", expected.Width, expected.Height) + " or that shape");
        }
    }

    private static string Found(int width, int height) => Found("the frame has ", width, height) + " pixels";

    private static string Found(string before, int width, int height) =>
        string.Create(CultureInfo.InvariantCulture, $"{before}{width}x{height}");
}
