using System.CommandLine;
using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>evaluate</c>: how well a bundle tells defects from good on a data set with known truth.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var dataset = new Argument<DirectoryInfo>("DATASET")
        {
            Description = "Folder with test/<class>/… and ground_truth/<class>/<name>_mask.png",
        };
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var json = new Option<string?>("--json")
        {
            Description = "Write everything as JSON to this file, or to standard output for '-'",
        };
        var providers = new ProviderOptions();
        var command = new Command("evaluate", "Measure a model bundle on a data set with known truth")
        {
            dataset, bundle, json,
        };
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            using var model = InspectionModel.Load(parsed.GetValue(bundle)!.FullName, providers.Read(parsed));
            using var counter = new CounterLine("inspected");
            var report = Evaluation.Run(parsed.GetValue(dataset)!.FullName, model, new Counting(counter), stop);
            counter.Dispose();
            var output = parsed.InvocationConfiguration.Output;
            var file = parsed.GetValue(json);
            if (file == "-")
            {
                output.WriteLine(EvaluationDisplay.ToJson(report));
                return ExitCode.Ok;
            }
            EvaluationDisplay.WriteTable(report, output);
            if (file is not null)
                File.WriteAllText(file, EvaluationDisplay.ToJson(report) + "\n");
            return ExitCode.Ok;
        }
    }

    private sealed class Counting(CounterLine counter) : IEvaluationObserver
    {
        public void Progressed(int done, int total) => counter.Report(done, total);

        public void Judged(JudgedFrame judged)
        {
        }
    }
}
