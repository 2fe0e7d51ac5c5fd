using System.CommandLine;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Host.Reports;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>evaluate</c>: how well a bundle tells defects from good on a data set with known truth.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var dataset = new Argument<DirectoryInfo>("DATASET")
        {
            Description = "Folder with test/good/…, test/<class>/… and ground_truth/<class>/<name>_mask.png",
        };
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var json = new Option<string?>("--json")
        {
            Description = "Write everything as JSON to this file, or to standard output for '-'",
        };
        var html = new Option<string?>("--html")
        {
            Description = "Write a report as one HTML page to this file: curves, classes, verdicts, times, pictures",
        };
        var gallery = new Option<int>("--gallery")
        {
            Description = "Pictures in the report, the most wrongly judged ones",
            DefaultValueFactory = _ => 200,
        };
        var compare = new ComparedModels();
        var providers = new ProviderOptions();
        var command = new Command("evaluate", "Measure a model bundle on a data set with known truth")
        {
            dataset, bundle, json, html, gallery,
        };
        compare.AddTo(command);
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            var folder = parsed.GetValue(dataset)!.FullName;
            var pictures = new PictureGallery(NotNegative(parsed.GetValue(gallery)));
            // What would stop the run at its end stops it here.
            using var jsonFile = parsed.GetValue(json) is { } j and not "-" ? OutputFile.Open("--json", j) : null;
            using var htmlFile = parsed.GetValue(html) is { } h ? OutputFile.Open("--html", h) : null;
            var execution = providers.Read(parsed);
            var first = parsed.GetValue(bundle)!.FullName;
            var others = compare.Check(parsed, first, folder);

            var reports = new List<EvaluationReport> { Evaluate(folder, first, execution, pictures, stop) };
            foreach (var other in others)
            {
                using var model = other.Prepare(execution, parsed.InvocationConfiguration.Error, stop);
                var report = Evaluate(folder, model.Directory, execution, null, stop);
                reports.Add(report with
                {
                    Model = report.Model with { Name = model.Name },
                    Notes = [.. report.Notes, .. model.Notes],
                });
            }

            Print(reports, parsed.GetValue(json) == "-", parsed.InvocationConfiguration.Output);
            Save(reports, pictures, jsonFile, htmlFile);
            return ExitCode.Ok;
        }
    }

    private static EvaluationReport Evaluate(
        string dataset, string bundle, ExecutionOptions execution, PictureGallery? pictures, CancellationToken stop)
    {
        using var model = InspectionModel.Load(bundle, execution);
        using var counter = new CounterLine("inspected");
        return Evaluation.Run(dataset, model, new Observer(counter, pictures), stop);
    }

    private static void Print(List<EvaluationReport> reports, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(EvaluationDisplay.ToJson(reports));
            return;
        }
        EvaluationDisplay.WriteTable(reports[0], output);
        if (reports.Count > 1)
            EvaluationDisplay.WriteComparison(reports, output);
    }

    private static void Save(
        List<EvaluationReport> reports, PictureGallery pictures, OutputFile? jsonFile, OutputFile? htmlFile)
    {
        if (jsonFile is not null)
        {
            using (var writer = new StreamWriter(jsonFile.Stream, leaveOpen: true))
                writer.WriteLine(EvaluationDisplay.ToJson(reports));
            jsonFile.Keep();
        }
        if (htmlFile is not null)
        {
            ReportPage.Write(htmlFile.Stream, reports, pictures, TimeProvider.System.GetUtcNow());
            htmlFile.Keep();
        }
    }

    private static int NotNegative(int value) => value >= 0
        ? value
        : throw new UsageException(FormattableString.Invariant($"--gallery found {value}, expected 0 or more"));

    private sealed class Observer(CounterLine counter, PictureGallery? pictures) : IEvaluationObserver
    {
        public void Progressed(int done, int total) => counter.Report(done, total);

        public void Judged(JudgedFrame judged) => pictures?.Add(judged);
    }
}
