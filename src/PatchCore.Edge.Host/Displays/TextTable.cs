using System.Globalization;

namespace PatchCore.Edge.Host.Displays;

/// <summary>
/// A table of fixed-width columns that reads the same on a terminal, in a file and through grep: nothing is wrapped or
/// cut, so a long path belongs in the last column.
/// </summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Cells in the order of the headers; numbers are formatted without culture.</summary>
    public void Add(params object?[] cells) =>
        _rows.Add([.. cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "")]);

    /// <param name="output">Where the table goes.</param>
    /// <param name="paint">Adds color to a finished cell; its argument is the cell's text, padded.</param>
    public void Write(TextWriter output, Func<string, string>? paint = null)
    {
        var widths = headers
            .Select((header, i) => _rows.Select(row => row[i].Length).Append(header.Length).Max())
            .ToArray();
        var right = headers
            .Select((_, i) => _rows.Count > 0 && _rows.All(row => row[i] is "" or "-" || IsNumber(row[i])))
            .ToArray();
        WriteRow(output, headers, widths, right, null);
        WriteRow(output, [.. widths.Select(width => new string('-', width))], widths, right, null);
        foreach (var row in _rows)
            WriteRow(output, row, widths, right, paint);
    }

    private static void WriteRow(
        TextWriter output, string[] row, int[] widths, bool[] right, Func<string, string>? paint)
    {
        var cells = row.Select((cell, i) =>
        {
            var padded = right[i] ? cell.PadLeft(widths[i]) : i == row.Length - 1 ? cell : cell.PadRight(widths[i]);
            return paint is null ? padded : paint(padded);
        });
        output.WriteLine(string.Join("  ", cells).TrimEnd());
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
