namespace PatchCore.Edge.Verdicts;

/// <summary>
/// The separate defects of a mask: connected pixels, those that touch at a corner included. Keeps its memory from mask
/// to mask.
/// </summary>
public sealed class MaskRegions
{
    private readonly List<int> _parents = [];
    private readonly List<int> _sizes = [];
    private int[] _labels = [];
    private int _pixels;

    /// <summary>For every pixel of the last mask its region from 1 on; 0 where there is no defect.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, _pixels);

    /// <summary>Pixels of each region; region r is at r − 1.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <param name="mask">Height × width, row-major; true where the defect is.</param>
    /// <param name="width">Columns of the mask.</param>
    public void Find(ReadOnlySpan<bool> mask, int width)
    {
        if (width < 1 || mask.Length % width != 0)
            throw new ArgumentException($"a mask of {mask.Length} pixels has no rows of {width}");
        _pixels = mask.Length;
        if (_labels.Length < _pixels)
            _labels = new int[_pixels];
        _parents.Clear();
        _sizes.Clear();
        Join(mask, width);
        Number();
    }

    // First pass: a pixel takes the label of a neighbor that came before it, and joins the labels of several.
    private void Join(ReadOnlySpan<bool> mask, int width)
    {
        _parents.Add(0);
        for (var i = 0; i < mask.Length; i++)
        {
            _labels[i] = 0;
            if (!mask[i])
                continue;
            var column = i % width;
            if (column > 0)
                Take(i, _labels[i - 1]);
            if (i >= width)
            {
                if (column > 0)
                    Take(i, _labels[i - width - 1]);
                Take(i, _labels[i - width]);
                if (column < width - 1)
                    Take(i, _labels[i - width + 1]);
            }

            if (_labels[i] == 0)
            {
                _labels[i] = _parents.Count;
                _parents.Add(_parents.Count);
            }
        }
    }

    private void Take(int pixel, int label)
    {
        if (label == 0)
            return;
        var root = Root(label);
        if (_labels[pixel] == 0)
        {
            _labels[pixel] = root;
            return;
        }

        var own = Root(_labels[pixel]);
        _parents[Math.Max(own, root)] = Math.Min(own, root);
    }

    private int Root(int label)
    {
        while (_parents[label] != label)
            label = _parents[label] = _parents[_parents[label]];
        return label;
    }

    // Second pass: the roots, numbered without gaps in the order of their first pixels.
    private void Number()
    {
        for (var label = 1; label < _parents.Count; label++)
        {
            // A parent is lower than its children, so that it has its number already.
            if (_parents[label] == label)
            {
                _sizes.Add(0);
                _parents[label] = -_sizes.Count;
            }
            else
            {
                _parents[label] = _parents[_parents[label]];
            }
        }

        for (var i = 0; i < _pixels; i++)
        {
            if (_labels[i] == 0)
                continue;
            _labels[i] = -_parents[_labels[i]];
            _sizes[_labels[i] - 1]++;
        }
    }
}
