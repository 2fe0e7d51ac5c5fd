using System.Globalization;

namespace PatchCore.Edge.Host.Displays;

/// <summary>
/// "inspected 12 of 80", rewritten in place on standard error while a command is busy, and gone when it is done;
/// nothing when standard error is no terminal.
/// </summary>
internal sealed class CounterLine(string what) : IDisposable
{
    private int _width;

    public void Report(int done, int total)
    {
        if (Console.IsErrorRedirected)
            return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{what} {done} of {total}");
        Console.Error.Write($"\r{text}");
        _width = Math.Max(_width, text.Length);
    }

    public void Dispose()
    {
        if (_width > 0)
            Console.Error.Write($"\r{new string(' ', _width)}\r");
        _width = 0;
    }
}
