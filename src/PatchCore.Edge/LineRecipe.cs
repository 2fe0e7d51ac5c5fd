namespace PatchCore.Edge;

/// <summary>
/// What a camera inspects by: a bundle made ready, and what the line sets for it. It never changes, so that everything
/// a result says of it belongs together; another one takes its place between two frames.
/// </summary>
/// <param name="Name">The recipe's name; the bundle's id for a camera that names only a bundle.</param>
/// <param name="Model">The bundle, shared by all recipes and cameras of it.</param>
/// <param name="Threshold">Scores above it are FAIL.</param>
/// <param name="PixelThreshold">Map values above it are in a defect region.</param>
public sealed record LineRecipe(string Name, InspectionModel Model, float Threshold, float PixelThreshold)
{
    /// <param name="name">The recipe's name.</param>
    /// <param name="model">The bundle.</param>
    /// <param name="threshold">Null: the bundle's.</param>
    /// <param name="pixelThreshold">Null: the bundle's; halfway up the heatmap's colors where it sets none.</param>
    public static LineRecipe Of(
        string name, InspectionModel model, float? threshold = null, float? pixelThreshold = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var calibration = model.Bundle.Manifest.Calibration;
        return new LineRecipe(
            name, model, threshold ?? calibration.Threshold,
            pixelThreshold ?? calibration.PixelThreshold ?? (calibration.MapLow + calibration.MapHigh) / 2);
    }

    /// <summary>Id of the bundle.</summary>
    public string BundleId => Model.Bundle.Manifest.Id;
}
