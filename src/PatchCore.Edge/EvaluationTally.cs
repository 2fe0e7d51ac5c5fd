using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What has been seen of one class, or of several put together.</summary>
internal sealed class EvaluationTally
{
    private readonly List<float> _scores = [];
    private readonly List<bool> _defective = [];
    private readonly PixelRanking _pixels = new();
    private int _goodFailed;
    private int _defectiveFailed;
    private int _errors;

    /// <param name="image">A judged picture.</param>
    /// <param name="map">Its anomaly map; not looked at where the verdict is ERROR.</param>
    /// <param name="regions">The defects of its mask.</param>
    public void Add(EvaluatedImage image, ReadOnlySpan<float> map, MaskRegions? regions)
    {
        if (image.Score is not { } score)
        {
            _errors++;
            return;
        }

        var defective = image.Class != Evaluation.GoodClass;
        _scores.Add(score);
        _defective.Add(defective);
        if (image.Verdict == Verdict.Fail)
            _ = defective ? _defectiveFailed++ : _goodFailed++;
        // A defective part without a mask has pixels of which nothing is known.
        if (!defective || regions is not null)
            _pixels.Add(map, regions);
    }

    public void Add(EvaluationTally other)
    {
        _scores.AddRange(other._scores);
        _defective.AddRange(other._defective);
        _pixels.Add(other._pixels);
        _goodFailed += other._goodFailed;
        _defectiveFailed += other._defectiveFailed;
        _errors += other._errors;
    }

    public static EvaluationTally Sum(IEnumerable<EvaluationTally> parts)
    {
        var sum = new EvaluationTally();
        foreach (var part in parts)
            sum.Add(part);
        return sum;
    }

    public EvaluationMetrics Measure()
    {
        var (scores, labels) = (_scores.ToArray(), _defective.ToArray());
        var (good, defective) = (labels.Count(l => !l), labels.Count(l => l));
        var both = good > 0 && defective > 0;
        var best = both ? RankingMetrics.BestF1(scores, labels) : default;
        var auroc = _pixels.Auroc();
        var aupro = _pixels.Aupro();
        var verdicts = new VerdictCounts(
            good - _goodFailed, _goodFailed, defective - _defectiveFailed, _defectiveFailed, _errors);
        return new EvaluationMetrics(
            good,
            defective,
            both ? RankingMetrics.Auroc(scores, labels) : null,
            both ? RankingMetrics.AveragePrecision(scores, labels) : null,
            both ? best.F1 : null,
            both ? best.Threshold : null,
            Number(auroc.Value),
            Number(auroc.Error),
            Number(aupro.Value),
            Number(aupro.Error),
            _pixels.Regions,
            verdicts,
            ThresholdMetrics.Of(
                verdicts.GoodPassed, verdicts.GoodFailed, verdicts.DefectivePassed, verdicts.DefectiveFailed));
    }

    public IReadOnlyList<CurvePoint> Curve()
    {
        var labels = _defective.ToArray();
        var defective = labels.Count(l => l);
        if (defective == 0 || defective == labels.Length)
            return [];
        double good = labels.Length - defective;
        return
        [
            .. RankingMetrics.Curve(_scores.ToArray(), labels).Select(point => new CurvePoint(
                point.Threshold,
                point.Found / (double)defective,
                point.FalseAlarms / good,
                point.Found / (double)(point.Found + point.FalseAlarms))),
        ];
    }

    private static double? Number(double value) => double.IsNaN(value) ? null : value;
}
