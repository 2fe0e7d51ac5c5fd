using System.Globalization;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;
using Spectre.Console;

namespace PatchCore.Edge.Host.Watching;

/// <summary>Shows results as they come: the last ones in a live table on a terminal, one line each elsewhere.</summary>
internal static class WatchDisplay
{
    private const int Rows = 18;

    private static readonly string[] Columns =
        ["time", "camera", "part", "verdict", "score", "threshold", "latency", "truth"];

    /// <summary>Shows until <paramref name="results"/> completes.</summary>
    public static async Task ShowAsync(IAsyncEnumerable<ResultMessage> results, Tally tally, TextWriter output)
    {
        if (Console.IsOutputRedirected)
            await WriteLinesAsync(results, output);
        else
            await ShowTableAsync(results, tally);
    }

    internal static string[] Cells(ResultMessage result) =>
    [
        result.CapturedAt.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
        result.Camera,
        result.PartId ?? result.FrameId.ToString(CultureInfo.InvariantCulture),
        VerdictText.Of(result.Verdict),
        result.Score?.ToString("F2", CultureInfo.InvariantCulture) ?? "-",
        result.Threshold?.ToString("F2", CultureInfo.InvariantCulture) ?? "-",
        result.Latency.Total is { } total ? string.Create(CultureInfo.InvariantCulture, $"{total:F0} ms") : "-",
        result.Reason ?? result.Truth ?? "",
    ];

    private static async Task WriteLinesAsync(IAsyncEnumerable<ResultMessage> results, TextWriter output)
    {
        await output.WriteLineAsync(Line(Columns));
        await foreach (var result in results)
            await output.WriteLineAsync(Line(Cells(result)));
    }

    private static string Line(string[] cells) => string.Create(CultureInfo.InvariantCulture,
        $"{cells[0],-12}  {cells[1],-12}  {cells[2],-12}  {cells[3],-7}  {cells[4],8}  {cells[5],9}  {cells[6],9}  "
            + $"{cells[7]}").TrimEnd();

    private static async Task ShowTableAsync(IAsyncEnumerable<ResultMessage> results, Tally tally)
    {
        var table = new Table().RoundedBorder();
        foreach (var column in Columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        await AnsiConsole.Live(table).StartAsync(async live =>
        {
            await foreach (var result in results)
            {
                if (table.Rows.Count == Rows)
                    table.RemoveRow(0);
                table.AddRow([.. Cells(result).Select(cell => new Text(cell, StyleOf(cell)))]);
                table.Caption(string.Create(CultureInfo.InvariantCulture,
                    $"{tally.Received} results: {tally.Passed} PASS, {tally.Failed} FAIL, {tally.Errors} ERROR"));
                live.Refresh();
            }
        });
    }

    private static Style? StyleOf(string cell) => cell switch
    {
        VerdictText.Pass => new Style(Color.Green),
        VerdictText.Fail => new Style(Color.Red),
        VerdictText.Error => new Style(Color.Yellow),
        _ => null,
    };
}
