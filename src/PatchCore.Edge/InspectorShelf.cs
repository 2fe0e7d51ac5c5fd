namespace PatchCore.Edge;

/// <summary>
/// The inspectors of one worker, one a model, made when a model is first met. Each holds a share of its model, so that
/// a recipe can be taken away while its last frame is under inspection. For one thread.
/// </summary>
internal sealed class InspectorShelf : IDisposable
{
    private readonly List<Inspector> _inspectors = [];

    /// <summary>The inspector for a recipe, set to its thresholds; null when the model has been disposed.</summary>
    public Inspector? For(LineRecipe recipe)
    {
        var inspector = Find(recipe.Model);
        if (inspector is null && recipe.Model.TryShare())
            _inspectors.Add(inspector = recipe.Model.CreateInspector());
        if (inspector is not null)
            (inspector.Threshold, inspector.PixelThreshold) = (recipe.Threshold, recipe.PixelThreshold);
        return inspector;
    }

    /// <summary>Lets go of the models that were retired.</summary>
    public void Sweep()
    {
        for (var i = _inspectors.Count - 1; i >= 0; i--)
        {
            if (_inspectors[i].Model.IsRetired)
                Remove(i);
        }
    }

    public void Dispose()
    {
        while (_inspectors.Count > 0)
            Remove(_inspectors.Count - 1);
    }

    private Inspector? Find(InspectionModel model)
    {
        foreach (var inspector in _inspectors)
        {
            if (inspector.Model == model)
                return inspector;
        }

        return null;
    }

    private void Remove(int index)
    {
        var inspector = _inspectors[index];
        _inspectors.RemoveAt(index);
        inspector.Dispose();
        inspector.Model.Dispose();
    }
}
