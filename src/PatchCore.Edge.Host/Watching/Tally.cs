using System.Globalization;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Watching;

/// <summary>What a subscriber received, counted; against the truth where the results carry it.</summary>
internal sealed class Tally
{
    private const string Good = "good";

    public int Received { get; private set; }

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Errors { get; private set; }

    public int Heatmaps { get; private set; }

    public int DefectsFound { get; private set; }

    public int DefectsMissed { get; private set; }

    public int FalseAlarms { get; private set; }

    public int GoodPassed { get; private set; }

    public void Add(ResultMessage result)
    {
        Received++;
        _ = result.Verdict switch
        {
            Verdict.Pass => Passed++,
            Verdict.Fail => Failed++,
            _ => Errors++,
        };
        _ = (result.Truth, result.Verdict) switch
        {
            (null, _) or (_, Verdict.Error) => 0,
            (Good, Verdict.Pass) => GoodPassed++,
            (Good, _) => FalseAlarms++,
            (_, Verdict.Fail) => DefectsFound++,
            _ => DefectsMissed++,
        };
    }

    public void AddHeatmap() => Heatmaps++;

    public void Write(TextWriter output, double medianLatency)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"received {Received} results and {Heatmaps} heatmaps: {Passed} PASS, {Failed} FAIL, {Errors} ERROR; "
                + $"median latency {medianLatency:F0} ms"));
        if (DefectsFound + DefectsMissed + FalseAlarms + GoodPassed > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"against the known truth: {DefectsFound} defects found, {DefectsMissed} missed, "
                    + $"{FalseAlarms} false alarms, {GoodPassed} good passed"));
        }
    }
}
