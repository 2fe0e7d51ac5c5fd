using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace PatchCore.Edge.Host.Displays;

/// <summary>Shows how far a training is: progress bars on a terminal, a line now and then elsewhere.</summary>
internal abstract class TrainingDisplay : ITrainingProgress
{
    /// <summary>Runs a training, or what goes on like one, under the display that fits where the output goes.</summary>
    public static T Show<T>(Func<ITrainingProgress, T> train, TextWriter output) =>
        Console.IsOutputRedirected ? train(new LineDisplay(output, Stopwatch.GetTimestamp)) : BarDisplay.Run(train);

    public abstract void Report(string stage, long done, long total);

    internal static string Unit(string stage) => stage switch
    {
        "coreset" => "centers",
        "bank latency" => "sizes",
        "coverage" => "patches",
        _ => "frames",
    };
}

/// <summary>A line at the start and the end of a stage, and in between at most one every few seconds.</summary>
internal sealed class LineDisplay(TextWriter output, Func<long> clock) : TrainingDisplay
{
    private static readonly long Pause = 5 * Stopwatch.Frequency;

    private string _stage = "";
    private long _started;
    private long _written;

    public override void Report(string stage, long done, long total)
    {
        var now = clock();
        if (stage != _stage)
            (_stage, _started) = (stage, now);
        else if (done < total && now - _written < Pause)
            return;
        _written = now;
        var seconds = (now - _started) / (double)Stopwatch.Frequency;
        var rate = done / Math.Max(seconds, 1e-9);
        var progress = done == 0 || seconds <= 0 ? ""
            : done == total ? string.Create(CultureInfo.InvariantCulture, $", {rate:F1}/s, took {seconds:F1} s")
            : string.Create(CultureInfo.InvariantCulture, $", {rate:F1}/s, {(total - done) / rate:F0} s left");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{stage}: {done} of {total} {Unit(stage)}{progress}"));
    }
}

/// <summary>One bar a stage, with rate and remaining time.</summary>
internal sealed class BarDisplay(ProgressContext context) : TrainingDisplay
{
    private readonly Dictionary<string, ProgressTask> _tasks = [];

    public static T Run<T>(Func<ITrainingProgress, T> train) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 },
            new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
        .Start(context => train(new BarDisplay(context)));

    public override void Report(string stage, long done, long total)
    {
        if (!_tasks.TryGetValue(stage, out var task))
            _tasks[stage] = task = context.AddTask(Markup.Escape(stage), maxValue: Math.Max(total, 1));
        task.Value = done;
        if (done >= total)
            task.StopTask(); // its clock too, which the rate goes by
    }

    private sealed class RateColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(
            Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture,
                $"{task.Value / Math.Max(task.ElapsedTime?.TotalSeconds ?? 0, 1e-3):F1} {Unit(task.Description)}/s"),
                new Style(Color.Blue));
    }
}
