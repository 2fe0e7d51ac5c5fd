using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>simulate</c>: a data set of rendered parts with known defects.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var target = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder for train/good, test/<class> and ground_truth/<class>",
            Required = true,
        };
        var good = new Option<int>("--good")
        {
            Description = "Good parts in train/good",
            DefaultValueFactory = _ => 120,
        };
        var defects = new Option<int>("--defects")
        {
            Description = "Parts of each kind of defect in test",
            DefaultValueFactory = _ => 10,
        };
        var testGood = new Option<int?>("--test-good")
        {
            Description = "Good parts in test/good (default: 4 times --defects)",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Other seeds give other parts of the same product",
            DefaultValueFactory = _ => 1,
        };
        var size = new Option<string>("--size")
        {
            Description = "Image size: 320, or 320x240",
            DefaultValueFactory = _ => "320",
        };
        var command = new Command("simulate", "Render a data set of parts with known defects")
        {
            target, good, defects, testGood, seed, size,
        };
        command.SetAction((parsed, stop) =>
        {
            var (width, height) = TrainCommand.ParseSize(parsed.GetValue(size)!);
            var options = new SimulatedDatasetOptions
            {
                Line = new SimulatedLineOptions { Width = width, Height = height, Seed = parsed.GetValue(seed) },
                TrainGood = NotNegative("--good", parsed.GetValue(good)),
                TestEachDefect = NotNegative("--defects", parsed.GetValue(defects)),
                TestGood = NotNegative("--test-good", parsed.GetValue(testGood) ?? 4 * parsed.GetValue(defects)),
            };
            try
            {
                options.Line.Validate();
            }
            catch (ArgumentException error)
            {
                throw new UsageException(error.Message);
            }
            var folder = parsed.GetValue(target)!.FullName;
            var written = SimulatedDataset.Write(folder, options, null, stop);
            parsed.InvocationConfiguration.Output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{written} parts rendered to {folder}"));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static int NotNegative(string option, int value) => value >= 0
        ? value
        : throw new UsageException(
            string.Create(CultureInfo.InvariantCulture, $"{option} found {value}, expected 0 or more"));
}
