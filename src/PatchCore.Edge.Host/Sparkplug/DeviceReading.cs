using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>A camera and its line at one moment.</summary>
/// <param name="Camera">The camera's status.</param>
/// <param name="Paused">Whether nothing is inspected.</param>
/// <param name="Counts">Verdicts since the start: PASS, FAIL, ERROR.</param>
/// <param name="Recipe">The one in force: its name, bundle and threshold.</param>
/// <param name="Done">Whether the camera has ended and all its frames have their verdicts.</param>
internal readonly record struct DeviceReading(
    CameraStatus Camera, bool Paused, (long Pass, long Fail, long Error) Counts,
    (string Name, string Bundle, float Threshold) Recipe, bool Done)
{
    public static DeviceReading Of(Pipeline pipeline)
    {
        var (tally, recipe) = (pipeline.Tally, pipeline.Recipe);
        return new DeviceReading(
            pipeline.Camera.Status, pipeline.IsPaused, (tally.Passed, tally.Failed, tally.Errors),
            (recipe.Name, recipe.BundleId, recipe.Threshold), pipeline.Completion.IsCompleted);
    }
}
