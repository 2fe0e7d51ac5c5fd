using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Tests.Embeddings;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>A line whose light fades: what counts is that somebody is told before good parts are rejected.</summary>
public sealed class FadingLightTests : IDisposable
{
    private const int Steady = 60;
    private const double FadePerFrame = 0.001;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Alarm_comes_before_the_first_good_part_is_rejected()
    {
        var data = _folder["line"];
        SimulatedDataset.Write(data, new SimulatedDatasetOptions { TrainGood = 40, TestGood = 1, TestEachDefect = 1 });
        var backbone = _folder["mobilenetv2.onnx"];
        BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, backbone, ["6", "12"]);
        Training.Run(
            new TrainingOptions
            {
                GoodDirectory = Path.Combine(data, "train", "good"),
                BundleDirectory = _folder["bundle"],
                BackbonePath = backbone,
                Width = 128,
                Height = 128,
                CoresetRatio = 0.05,
            },
            new SilentProgress(),
            CancellationToken.None);
        using var model = InspectionModel.Load(_folder["bundle"], new ExecutionOptions());
        var manifest = model.Bundle.Manifest;
        var monitor = new DriftMonitor(
            new DriftOptions { Window = 50 }, manifest.Calibration.Scores, manifest.Pictures);

        var (drifting, alarm, rejected) = Fade(model, monitor);

        Assert.Equal((40, 40), (manifest.Pictures!.Frames, monitor.Read().Scores.BaselineFrames));
        Assert.Equal(DriftOrigin.Calibration, monitor.Read().Brightness.Origin);
        Assert.InRange(drifting, Steady, alarm - 1);
        Assert.InRange(alarm, Steady, rejected - 50);
        Assert.InRange(rejected, alarm, 500);
        Assert.True(monitor.Causes.HasFlag(DriftCauses.Brightness), $"{monitor.Causes}");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Frames after which the line drifts, is alarmed, and rejects a good part.</summary>
    private static (int Drifting, int Alarm, int Rejected) Fade(InspectionModel model, DriftMonitor monitor)
    {
        using var inspector = model.CreateInspector();
        var line = new SimulatedLineOptions { Seed = 99, DefectRate = 0 };
        using var part = NativeImage.Create(line.Width, line.Height, PixelFormat.Bgr24);
        using var seen = NativeImage.Empty();
        var (drifting, alarm) = (int.MaxValue, int.MaxValue);
        for (var frame = 0; frame < 600; frame++)
        {
            SimulatedPart.Describe(line, 5000 + frame).Render(part);
            var light = 1 - (FadePerFrame * Math.Max(0, frame - Steady));
            ImageOperations.Vary(part, [1, 0, 0, 0, 1, 0], 1, light, seen);
            var inspection = inspector.Inspect(seen);
            monitor.Observe(
                inspection.Verdict, inspection.Score.Score, inspection.Threshold, PictureStatistics.Of(seen));
            drifting = monitor.Level >= DriftLevel.Drifting ? Math.Min(drifting, frame) : drifting;
            alarm = monitor.Level == DriftLevel.Alarm ? Math.Min(alarm, frame) : alarm;
            if (inspection.Verdict == Verdict.Fail)
                return (drifting, alarm, frame);
        }

        return (drifting, alarm, int.MaxValue);
    }
}
