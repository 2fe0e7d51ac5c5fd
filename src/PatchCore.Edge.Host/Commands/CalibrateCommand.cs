using System.CommandLine;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>calibrate</c>: another threshold for a bundle, without training it again.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var bundle = new Argument<DirectoryInfo>("BUNDLE")
        {
            Description = "Model bundle; the new version replaces it, and the old one is kept in NAME.versions",
        };
        var good = new Option<DirectoryInfo?>("--good")
        {
            Description = "Folder of images of good parts, best such that were not trained from "
                + "(default: the scores that the bundle keeps from its training)",
        };
        var defects = new Option<DirectoryInfo[]>("--defects")
        {
            Description = "Folders of images of defective parts, for --to",
            AllowMultipleArgumentsPerToken = true,
        };
        var to = new Option<string?>("--to")
        {
            Description = "best-f1, or recall-1: every one of --defects fails, whatever good parts that costs",
        };
        to.AcceptOnlyFromAmong(Calibration.BestF1, Calibration.FullRecall);
        var threshold = new Option<float?>("--threshold") { Description = "The threshold itself" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what the threshold would be" };
        var rate = new RateOptions();
        var providers = new ProviderOptions();
        var command = new Command("calibrate", "Set the threshold of a model bundle anew, as a new version of it")
        {
            bundle, good, defects, to, threshold, dryRun,
        };
        rate.AddTo(command);
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            var goal = Goal(parsed.GetValue(to), parsed.GetValue(threshold), rate.Given(parsed));
            var folders = (parsed.GetValue(defects) ?? []).Select(folder => folder.FullName).ToArray();
            var labeled = goal is ThresholdGoal.BestF1 or ThresholdGoal.FullRecall;
            if (labeled != folders.Length > 0)
            {
                throw new UsageException(labeled
                    ? $"--to {parsed.GetValue(to)} found no --defects, expected folders of images of defective parts"
                    : "--defects found, expected --to best-f1 or --to recall-1 with it");
            }

            if (goal == ThresholdGoal.GoodFrames && parsed.GetValue(good) is null && rate.Given(parsed) is null)
            {
                throw new UsageException(
                    "found nothing to set the threshold by, expected --false-reject-rate, --good, --to or --threshold");
            }

            var options = new RecalibrationOptions
            {
                BundleDirectory = parsed.GetValue(bundle)!.FullName,
                Goal = goal,
                Calibration = rate.Read(parsed, new CalibrationOptions()),
                Threshold = parsed.GetValue(threshold) ?? float.NaN,
                GoodDirectory = parsed.GetValue(good)?.FullName,
                DefectDirectories = folders,
                DryRun = parsed.GetValue(dryRun),
                Execution = providers.Read(parsed),
            };
            var output = parsed.InvocationConfiguration.Output;
            var report = TrainingDisplay.Show(progress => Recalibration.Run(options, progress, stop), output);
            CalibrationDisplay.Write(report, options, output);
            return ExitCode.Ok;
        }
    }

    private static ThresholdGoal Goal(string? to, float? threshold, string? rateOption)
    {
        if (to is not null && threshold is not null)
            throw new UsageException("found both --to and --threshold, expected one of them");
        if ((to is not null || threshold is not null) && rateOption is not null and not "--confidence")
        {
            throw new UsageException(
                $"found {rateOption} with {(to is null ? "--threshold" : "--to")}, expected one of them");
        }

        return threshold is not null ? ThresholdGoal.ByHand
            : to == Calibration.BestF1 ? ThresholdGoal.BestF1
            : to == Calibration.FullRecall ? ThresholdGoal.FullRecall
            : ThresholdGoal.GoodFrames;
    }
}
