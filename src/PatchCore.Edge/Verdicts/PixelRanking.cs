namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Ranks the pixels of any number of anomaly maps in memory that does not grow with them: it counts how many fall
/// into each of 8,192 bins an octave of values. Values of one bin, less than 0.013 % apart, count as tied; what that
/// can change at most comes with every result (more than it does where maps really have values in common).
/// </summary>
public sealed class PixelRanking
{
    private const int BinBits = 13; // of the 23 bits of a float's fraction
    private const int Bins = 1 << BinBits;
    private const int DroppedBits = 23 - BinBits;

    // By sign and exponent; only the octaves that values fall into take memory (196 KB each).
    private readonly Octave?[] _octaves = new Octave?[1 << 9];

    /// <summary>Pixels without a defect.</summary>
    public long Good { get; private set; }

    /// <summary>Pixels of defects.</summary>
    public long Defective { get; private set; }

    /// <summary>Separate defects.</summary>
    public long Regions { get; private set; }

    /// <summary>Counts the pixels of one map.</summary>
    /// <param name="map">Height × width, row-major.</param>
    /// <param name="regions">The defects of its mask, of the same size; null where the whole part is good.</param>
    /// <exception cref="ArgumentException">The sizes differ, or a value is not a number.</exception>
    public void Add(ReadOnlySpan<float> map, MaskRegions? regions)
    {
        if (regions is not null && regions.Labels.Length != map.Length)
            throw new ArgumentException($"a mask of {regions.Labels.Length} pixels for a map of {map.Length}");
        if (HasNaN(map))
            throw new ArgumentException("the map has a value that is not a number: it has no rank", nameof(map));

        for (var i = 0; i < map.Length; i++)
        {
            var key = RankedScores.KeyOf(map[i]) >> DroppedBits;
            var octave = _octaves[key >> BinBits] ??= new Octave();
            var bin = (int)key & (Bins - 1);
            var region = regions is null ? 0 : regions.Labels[i];
            if (region == 0)
            {
                octave.Good[bin]++;
                continue;
            }

            octave.Defective[bin]++;
            octave.Overlap[bin] += 1.0 / regions!.Sizes[region - 1];
        }

        var defective = regions?.Sizes.Sum() ?? 0;
        Good += map.Length - defective;
        Defective += defective;
        Regions += regions?.Sizes.Count ?? 0;
    }

    /// <summary>Counts what another one has counted.</summary>
    public void Add(PixelRanking other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _octaves.Length; i++)
        {
            if (other._octaves[i] is not { } theirs)
                continue;
            var ours = _octaves[i] ??= new Octave();
            for (var bin = 0; bin < Bins; bin++)
            {
                ours.Good[bin] += theirs.Good[bin];
                ours.Defective[bin] += theirs.Defective[bin];
                ours.Overlap[bin] += theirs.Overlap[bin];
            }
        }

        Good += other.Good;
        Defective += other.Defective;
        Regions += other.Regions;
    }

    /// <summary>As <see cref="RankingMetrics.Auroc"/>, of pixels. NaN when either kind of pixel is missing.</summary>
    public BoundedValue Auroc() => Area(1, (octave, bin) => octave.Defective[bin], Defective);

    /// <summary>
    /// Area under the per-region overlap (the share of a defect's pixels at or above a threshold, averaged over the
    /// defects) against the share of good pixels there, up to <paramref name="limit"/> and divided by it; linear in
    /// between (Bergmann et al., "Uninformed Students", CVPR 2020, and MVTec's own evaluation code). NaN when there are
    /// no defects or no good pixels.
    /// </summary>
    /// <param name="limit">Share of good pixels, above 0, at most 1.</param>
    public BoundedValue Aupro(double limit = 0.3)
    {
        if (limit is not (> 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"limit is {limit}, expected above 0, at most 1"));
        return Area(limit, (octave, bin) => octave.Overlap[bin], Regions);
    }

    // Within a bin the true curve rises from one corner of a box to the other, in whatever way; the straight line is
    // off by at most half the box. Where the limit cuts a box, by no more than what is left of it.
    private BoundedValue Area(double limit, Func<Octave, int, double> rise, double total)
    {
        if (Good == 0 || total == 0)
            return new BoundedValue(double.NaN, double.NaN);
        double area = 0, error = 0;
        double good = 0, height = 0;
        foreach (var (octave, bin) in Descending())
        {
            var (width, climb) = (octave.Good[bin] / (double)Good, rise(octave, bin) / total);
            if (good + octave.Good[bin] <= limit * Good)
            {
                area += width * (height + (climb / 2));
                error += width * climb / 2;
            }
            else
            {
                var left = limit - (good / Good);
                area += left * (height + (climb * left / width / 2));
                error += left * climb;
                break;
            }

            good += octave.Good[bin];
            height += climb;
        }

        return new BoundedValue(area / limit, error / limit);
    }

    private IEnumerable<(Octave Octave, int Bin)> Descending()
    {
        for (var i = _octaves.Length - 1; i >= 0; i--)
        {
            if (_octaves[i] is not { } octave)
                continue;
            for (var bin = Bins - 1; bin >= 0; bin--)
            {
                if (octave.Good[bin] > 0 || octave.Defective[bin] > 0)
                    yield return (octave, bin);
            }
        }
    }

    private static bool HasNaN(ReadOnlySpan<float> map)
    {
        foreach (var value in map)
        {
            if (float.IsNaN(value))
                return true;
        }

        return false;
    }

    /// <summary>The values between two powers of two.</summary>
    private sealed class Octave
    {
        public long[] Good { get; } = new long[Bins];

        public long[] Defective { get; } = new long[Bins];

        /// <summary>Of each pixel the share that it is of its defect.</summary>
        public double[] Overlap { get; } = new double[Bins];
    }
}
