using System.Numerics.Tensors;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>
/// A picture that has just been inspected, with all that was seen of it; valid until the next one is.
/// </summary>
/// <param name="Mask">White where the defects are, of the frame's size; null if there is none.</param>
/// <param name="Inspector">Has the anomaly map.</param>
public sealed record JudgedFrame(EvaluatedImage Image, NativeImage Frame, NativeImage? Mask, Inspector Inspector);

/// <summary>Hears of every picture of an evaluation; called from the evaluation's own thread.</summary>
public interface IEvaluationObserver
{
    /// <summary>So many pictures have been judged.</summary>
    public void Progressed(int done, int total);

    /// <summary>A picture was inspected; not called where the verdict is ERROR.</summary>
    public void Judged(JudgedFrame judged);
}

/// <summary>
/// Judges a bundle on a data set of the usual layout (<see cref="EvaluationDataset"/>), one picture at a time: what it
/// remembers of a picture does not grow with its size.
/// </summary>
public sealed class Evaluation : IDisposable
{
    public const string GoodClass = "good";

    private readonly Inspector _inspector;
    private readonly IEvaluationObserver? _observer;
    private readonly NativeImage _frame = NativeImage.Empty();
    private readonly NativeImage _mask = NativeImage.Empty();
    private readonly MaskRegions _regions = new();
    private readonly SortedDictionary<string, EvaluationTally> _classes = new(StringComparer.Ordinal);
    private readonly List<EvaluatedImage> _images = [];
    private readonly List<StageTimes> _times = [];
    private readonly List<string> _blackMasks = [];
    private bool[] _defects = [];

    private Evaluation(InspectionModel model, IEvaluationObserver? observer)
    {
        _inspector = model.CreateInspector();
        _observer = observer;
    }

    /// <exception cref="EvaluationException">The folder has not that layout, or a mask does not fit.</exception>
    public static EvaluationReport Run(
        string dataset, InspectionModel model, IEvaluationObserver? observer, CancellationToken stop)
    {
        var pictures = EvaluationDataset.Open(dataset);
        using var evaluation = new Evaluation(model, observer);
        foreach (var picture in pictures.Pictures)
        {
            stop.ThrowIfCancellationRequested();
            evaluation.Judge(picture);
            observer?.Progressed(evaluation._images.Count, pictures.Pictures.Count);
        }

        return evaluation.Report(dataset, pictures);
    }

    public void Dispose()
    {
        _inspector.Dispose();
        _frame.Dispose();
        _mask.Dispose();
    }

    private void Judge(DatasetPicture picture)
    {
        if (!_classes.TryGetValue(picture.Class, out var tally))
            _classes.Add(picture.Class, tally = new EvaluationTally());
        if (Inspect(picture) is not { } inspection)
        {
            tally.Add(_images[^1], [], null);
            return;
        }

        var score = inspection.Score;
        var image = new EvaluatedImage(
            picture.Name, picture.Class, inspection.Verdict, score.Score, score.MaxDistance,
            inspection.Times.Total.TotalMilliseconds, null)
        {
            NormalizedScore = inspection.NormalizedScore,
        };
        var masked = ReadMask(picture);
        _images.Add(image);
        _times.Add(inspection.Times);
        tally.Add(image, _inspector.Map(), masked ? _regions : null);
        _observer?.Judged(new JudgedFrame(image, _frame, masked ? _mask : null, _inspector));
    }

    /// <summary>Null where the picture could not be inspected, which is noted with the reason.</summary>
    private Inspection? Inspect(DatasetPicture picture)
    {
        string reason;
        try
        {
            _frame.ReadInto(picture.Path);
            var inspection = _inspector.Inspect(_frame);
            // The largest magnitude is not a number if any value is not.
            if (inspection.Reason is null && float.IsFinite(TensorPrimitives.MaxMagnitude(_inspector.Map())))
                return inspection;
            reason = inspection.Reason ?? "the anomaly map has values that are not finite numbers";
        }
        catch (NativeException e)
        {
            reason = e.Message;
        }

        _images.Add(new EvaluatedImage(picture.Name, picture.Class, Verdict.Error, null, null, null, reason));
        return null;
    }

    private bool ReadMask(DatasetPicture picture)
    {
        if (picture.Mask is null)
            return false;
        try
        {
            _mask.ReadInto(picture.Mask);
        }
        catch (NativeException e)
        {
            throw new EvaluationException($"the mask of {picture.Name} cannot be read: {e.Message}");
        }

        if ((_mask.Width, _mask.Height) != (_frame.Width, _frame.Height))
        {
            throw new EvaluationException(
                $"{picture.Mask}: the mask is {_mask.Width}x{_mask.Height}, expected {_frame.Width}x{_frame.Height}, "
                + $"the size of {picture.Name}");
        }

        ImageOperations.Reduce(_mask, 0, ushort.MaxValue);
        var placement = _inspector.Placement;
        SampleMask(placement);
        _regions.Find(_defects.AsSpan(0, placement.Width * placement.Height), placement.Width);
        if (_regions.Sizes.Count == 0)
            _blackMasks.Add(picture.Name);
        return true;
    }

    /// <summary>
    /// The mask at the size of the map, by nearest neighbor as a mask has no values in between: map pixel (x, y) of a
    /// map over the whole frame speaks of frame pixel (x · columns / width, y · rows / height), that of any other map
    /// of the one below its center, or of none.
    /// </summary>
    private void SampleMask(in MapPlacement placement)
    {
        var (width, height) = (placement.Width, placement.Height);
        if (_defects.Length < width * height)
            _defects = new bool[width * height];
        var pixels = _mask.Pixels;
        var (columns, rows, channels) = (_mask.Width, _mask.Height, (int)_mask.Format);
        var whole = placement == MapPlacement.Stretched(width, height, columns, rows);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = ((int)((long)x * columns / width), (int)((long)y * rows / height));
                if (!whole)
                {
                    var (centerX, centerY) = placement.ToFrame(x + 0.5, y + 0.5);
                    (column, row) = ((int)Math.Floor(centerX), (int)Math.Floor(centerY));
                }

                _defects[(y * width) + x] = column >= 0 && column < columns && row >= 0 && row < rows
                    && pixels[((row * columns) + column) * channels] > 127;
            }
        }
    }

    private EvaluationReport Report(string dataset, EvaluationDataset pictures)
    {
        var manifest = _inspector.Model.Bundle.Manifest;
        var total = EvaluationTally.Sum(_classes.Values);
        var metrics = total.Measure();
        return new EvaluationReport
        {
            Dataset = dataset,
            Model = new EvaluatedModel(
                Path.GetFileName(_inspector.Model.Bundle.Directory), manifest.Backbone.Name, manifest.Embedding.Layers,
                manifest.Preprocessing.Width, manifest.Preprocessing.Height, manifest.Embedding.Dimension,
                _inspector.Model.Index.Count),
            BundleId = manifest.Id,
            Provider = _inspector.Model.Session.Provider,
            Threshold = _inspector.Threshold,
            Total = metrics,
            Classes = _classes.Keys.Where(name => name != GoodClass).ToDictionary(name => name, MeasureClass),
            Verdicts = metrics.Verdicts,
            WithoutMask = pictures.Pictures.Count(p => p.Class != GoodClass && p.Mask is null),
            MedianMilliseconds = _times.Count > 0 ? LatencyPercentiles.Of(_times.Select(t => t.Total)).P50 : 0,
            Latency = Latency(),
            Curve = total.Curve(),
            Notes = [.. pictures.Notes, .. NotesOfMasks()],
            Images = _images,
        };
    }

    private EvaluationMetrics MeasureClass(string name) => EvaluationTally.Sum(
        _classes.TryGetValue(GoodClass, out var good) ? [good, _classes[name]] : [_classes[name]]).Measure();

    private EvaluationLatency? Latency() => _times.Count == 0 ? null : new EvaluationLatency(
        LatencyPercentiles.Of(_times.Select(t => t.Total)),
        LatencyPercentiles.Of(_times.Select(t => t.Convert)),
        LatencyPercentiles.Of(_times.Select(t => t.Embed)),
        LatencyPercentiles.Of(_times.Select(t => t.Search)),
        LatencyPercentiles.Of(_times.Select(t => t.Score)));

    private IEnumerable<string> NotesOfMasks()
    {
        if (_blackMasks.Count > 0)
        {
            yield return $"{_blackMasks.Count} masks show no defect at the size of the anomaly map (no sampled pixel "
                + $"above 127), the first of them that of {_blackMasks[0]}";
        }
    }
}
