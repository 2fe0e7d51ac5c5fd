using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;

namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Watches whether a line still looks as it did when its bundle was calibrated: the latest scores against those of the
/// calibration, and how bright and sharp pictures are. README.md beside this file says how, and what was measured. One
/// a camera; not for two threads at once. Allocates nothing after the start.
/// </summary>
public sealed class DriftMonitor
{
    /// <summary>Fewer scores of a calibration are no distribution, and a baseline is learned instead.</summary>
    public const int FewestCalibrationScores = 30;

    // More would only cost time: a thousandth part of the scores between two of them.
    private const int MostBaselineScores = 1000;
    private const int ReadingsPerWindow = 10;

    private readonly DriftOptions _options;
    private readonly DriftHysteresis _hysteresis = new();
    private readonly ScoreWindow _scores;
    private readonly float[] _learned;
    private readonly PictureWindow _brightness;
    private readonly PictureWindow _sharpness;
    private readonly bool[] _fails;
    private readonly int _step;
    private float[] _baseline;
    private int _baselineFrames;
    private DriftOrigin _origin;
    private int _failCount;
    private double _threshold;

    /// <param name="options">Without faults.</param>
    /// <param name="calibration">Scores of good frames, in any order.</param>
    /// <param name="pictures">How bright and sharp good frames are; null: learned from the first that pass.</param>
    public DriftMonitor(DriftOptions options, IReadOnlyCollection<float> calibration, PictureInfo? pictures)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(calibration);
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        _options = options;
        var window = options.Window;
        (_scores, _fails, _step) = (new ScoreWindow(window), new bool[window], Math.Max(1, window / ReadingsPerWindow));
        var known = options.Baseline == DriftBaseline.Calibration;
        if (known && calibration.Count >= FewestCalibrationScores)
        {
            (_baseline, _baselineFrames, _origin) = (Thinned(calibration), calibration.Count, DriftOrigin.Calibration);
            _learned = [];
        }
        else
        {
            (_baseline, _learned) = ([], new float[window]);
        }

        pictures = known ? pictures : null;
        _brightness = pictures is null
            ? new PictureWindow(window)
            : new PictureWindow(window, pictures.Brightness, pictures.BrightnessStd, pictures.Frames);
        _sharpness = pictures is null
            ? new PictureWindow(window)
            : new PictureWindow(window, pictures.Sharpness, pictures.SharpnessStd, pictures.Frames);
    }

    /// <summary>Frames that were inspected.</summary>
    public long Observed { get; private set; }

    public DriftLevel Level => _hysteresis.Level;

    /// <summary>What caused the level; none when it is ok.</summary>
    public DriftCauses Causes { get; private set; }

    /// <summary>Takes one inspected frame; a tenth of a window apart, all of them are compared.</summary>
    /// <param name="verdict">An ERROR is passed over: what it shows may be no part at all.</param>
    /// <param name="score">The image score.</param>
    /// <param name="threshold">That is in force.</param>
    /// <param name="picture">Of the frame.</param>
    /// <returns>Whether the level changed.</returns>
    public bool Observe(Verdict verdict, float score, float threshold, in PictureStatistics picture)
    {
        if (verdict == Verdict.Error || !float.IsFinite(score))
            return false;
        Count(verdict == Verdict.Fail);
        _threshold = threshold;
        _brightness.Add(picture.Brightness, verdict == Verdict.Pass);
        _sharpness.Add(picture.Sharpness, verdict == Verdict.Pass);
        if (verdict == Verdict.Pass || !_options.PassedOnly)
            Add(score);
        return Observed % _step == 0 && Judge();
    }

    /// <summary>What is known now.</summary>
    public DriftReading Read()
    {
        var judged = (int)Math.Min(Observed, _fails.Length);
        return new(
            Level, Causes, Observed, judged == 0 ? 0 : _failCount / (double)judged, ReadScores(), _brightness.Read(),
            _sharpness.Read());
    }

    private void Add(float score)
    {
        _scores.Add(score);
        if (_origin != DriftOrigin.Learning || _scores.Count < _scores.Capacity)
            return;
        _scores.Sorted.CopyTo(_learned);
        (_baseline, _baselineFrames, _origin) = (_learned, _learned.Length, DriftOrigin.Learned);
        _scores.Clear();
    }

    private void Count(bool failed)
    {
        var at = (int)(Observed++ % _fails.Length);
        _failCount += (failed ? 1 : 0) - (_fails[at] ? 1 : 0);
        _fails[at] = failed;
    }

    private bool Judge()
    {
        var reading = Read();
        var (reached, causes) = LevelOf(reading, 1);
        var (held, heldCauses) = LevelOf(reading, DriftHysteresis.Margin);
        var changed = _hysteresis.Take(reached, held);
        Causes = Level == DriftLevel.Ok ? DriftCauses.None
            : reached >= Level ? causes
            : changed ? heldCauses : Causes;
        return changed;
    }

    private (DriftLevel Level, DriftCauses Causes) LevelOf(in DriftReading reading, double margin)
    {
        var (level, causes) = (DriftLevel.Ok, DriftCauses.None);
        var scores = reading.Scores;
        if (scores.Ks > scores.KsCritical * margin && scores.Frames >= DriftOptions.FewestFrames)
        {
            Rate(scores.Psi, _options.PsiDrifting, _options.PsiAlarm, DriftCauses.Scores);
            Rate(
                scores.Rejects - scores.BaselineRejects, _options.Rejects / 2, _options.Rejects, DriftCauses.Rejects);
        }

        Rate(
            Math.Abs(reading.Brightness.Change), _options.Brightness / 2, _options.Brightness, DriftCauses.Brightness);
        Rate(Math.Abs(reading.Sharpness.Change), _options.Sharpness / 2, _options.Sharpness, DriftCauses.Sharpness);
        return (level, causes);

        void Rate(double value, double drifting, double alarm, DriftCauses cause)
        {
            var rated = value >= alarm * margin ? DriftLevel.Alarm
                : value >= drifting * margin ? DriftLevel.Drifting : DriftLevel.Ok;
            if (rated > level)
                (level, causes) = (rated, cause);
            else if (rated == level && rated > DriftLevel.Ok)
                causes |= cause;
        }
    }

    private ScoreDrift ReadScores()
    {
        var window = _scores.Sorted;
        if (_origin == DriftOrigin.Learning || window.IsEmpty)
            return new(_origin, _baselineFrames, window.Length, 0, 0, 1, 0, 0, 0, 0, 0);
        ReadOnlySpan<float> baseline = _baseline;
        var (median, from) = (DriftStatistics.Quantile(window, 0.5), DriftStatistics.Quantile(baseline, 0.5));
        return new(
            _origin, _baselineFrames, window.Length, DriftStatistics.Psi(baseline, window),
            DriftStatistics.Ks(baseline, window),
            Math.Min(1, DriftStatistics.KsCritical(_baselineFrames, window.Length, _options.Significance)),
            median, from, _threshold > from ? (median - from) / (_threshold - from) : 0,
            DriftStatistics.Rejects(baseline, window, _threshold),
            DriftStatistics.Rejects(baseline, baseline, _threshold));
    }

    private static float[] Thinned(IReadOnlyCollection<float> scores)
    {
        var sorted = scores.Order().ToArray();
        return sorted.Length <= MostBaselineScores
            ? sorted
            : [.. Enumerable.Range(0, MostBaselineScores)
                .Select(i => sorted[(int)((2L * i + 1) * sorted.Length / (2 * MostBaselineScores))])];
    }
}
