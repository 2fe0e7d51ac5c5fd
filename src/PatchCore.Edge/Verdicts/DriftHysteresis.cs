namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Keeps a level from flickering: up after two readings in a row, down after five that are well below.
/// </summary>
internal sealed class DriftHysteresis
{
    /// <summary>Share of every limit that a reading must be below before a level is left.</summary>
    public const double Margin = 0.8;

    private const int ReadingsUp = 2;
    private const int ReadingsDown = 5;

    private int _above;
    private int _below;
    private DriftLevel _lowest;
    private DriftLevel _highest;

    public DriftLevel Level { get; private set; }

    /// <param name="reached">The level whose limits are reached.</param>
    /// <param name="held">The level whose limits are reached within the margin; not lower.</param>
    /// <returns>Whether the level changed.</returns>
    public bool Take(DriftLevel reached, DriftLevel held)
    {
        var before = Level;
        if (reached > Level)
        {
            _lowest = _above == 0 || reached < _lowest ? reached : _lowest;
            if (++_above >= ReadingsUp)
                Change(_lowest);
        }
        else
        {
            _above = 0;
        }

        if (held < Level)
        {
            _highest = _below == 0 || held > _highest ? held : _highest;
            if (++_below >= ReadingsDown)
                Change(_highest);
        }
        else
        {
            _below = 0;
        }

        return Level != before;
    }

    private void Change(DriftLevel level) => (Level, _above, _below) = (level, 0, 0);
}
