using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>Verdicts in color where a terminal shows them: green, red, yellow.</summary>
internal static class VerdictColor
{
    /// <summary>Whether standard output is a terminal that wants color (https://no-color.org).</summary>
    public static bool IsWanted =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static string Paint(string cell) => cell.Trim() switch
    {
        VerdictText.Pass => $"\e[32m{cell}\e[0m",
        VerdictText.Fail => $"\e[31m{cell}\e[0m",
        VerdictText.Error => $"\e[33m{cell}\e[0m",
        _ => cell,
    };
}
