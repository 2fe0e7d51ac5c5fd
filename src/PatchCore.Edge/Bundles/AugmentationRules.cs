namespace PatchCore.Edge.Bundles;

/// <summary>
/// What an augmentation must satisfy; all faults are found. Each names its key, what was found and what was expected.
/// </summary>
public static class AugmentationRules
{
    /// <param name="augmentation">Null: none, which has no faults.</param>
    /// <param name="geometry">That of the same recipe.</param>
    public static IReadOnlyList<string> Faults(AugmentationInfo? augmentation, GeometryInfo geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        if (augmentation is not { } a)
            return [];
        var faults = new List<string>();
        Require(a.Copies is >= 1 and <= 64, $"copies is {a.Copies}, expected 1 to 64");
        Require(
            a.RotationDegrees is >= 0 and <= 180, $"rotationDegrees is {a.RotationDegrees}, expected 0 to 180");
        Require(a.ShiftPixels is >= 0 and <= 4096, $"shiftPixels is {a.ShiftPixels}, expected 0 to 4096");
        Require(a.Brightness is >= 0 and <= 0.5, $"brightness is {a.Brightness}, expected 0 to 0.5");
        Require(a.Contrast is >= 0 and <= 0.5, $"contrast is {a.Contrast}, expected 0 to 0.5");
        var moves = a.RotationDegrees > 0 || a.ShiftPixels > 0;
        var flips = (a.FlipHorizontal ? 2 : 1) * (a.FlipVertical ? 2 : 1);
        if (moves || a.Brightness > 0 || a.Contrast > 0)
        {
            // Every copy differs.
        }
        else if (flips == 1)
        {
            faults.Add("augmentation varies nothing, expected rotationDegrees, shiftPixels, flipHorizontal, "
                + "flipVertical, brightness or contrast");
        }
        else
        {
            Require(a.Copies < flips, $"copies is {a.Copies}, expected at most {flips - 1}: flips give no more");
        }

        Require(
            geometry.Alignment is null || (!moves && flips == 1),
            $"rotationDegrees, shiftPixels and flips are undone by geometry.alignment, expected other keys alone");
        return faults;

        void Require(bool holds, FormattableString fault)
        {
            if (!holds)
                faults.Add("augmentation." + FormattableString.Invariant(fault));
        }
    }
}
