namespace PatchCore.Edge;

/// <summary>Tells a training's listener how many centers of a coreset have been picked.</summary>
internal sealed class CoresetProgress(int count, ITrainingProgress progress) : IProgress<int>
{
    public void Report(int value) => progress.Report("coreset", value, count);
}
