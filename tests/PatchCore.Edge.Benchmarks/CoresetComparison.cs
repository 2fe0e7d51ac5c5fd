using System.Diagnostics;
using System.Globalization;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Benchmarks;

/// <summary>
/// The coreset against the plain algorithm, once each in one run: the plain one takes minutes, and its length hardly
/// varies.
/// </summary>
internal static class CoresetComparison
{
    private const int Patches = 480_000;
    private const int Picks = 4_800;

    /// <param name="args">Patches and picks, where they are to differ from 480,000 and 4,800.</param>
    /// <returns>0 if both picked the same.</returns>
    public static int Run(string[] args)
    {
        var patches = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Patches;
        var picks = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Picks;
        var store = PartEmbeddings.Collect(patches);
        Console.WriteLine(
            $"{store.Count} x {store.Dimension} -> {picks}: {store.Frames} simulated good parts of 224 x 224 "
            + $"through the default backbone, {Environment.ProcessorCount} cores");

        var ours = Measure("coreset", () => Coreset.Select(store, picks).Indices);
        var plain = Measure("plain", () => new PlainCoreset(store).Select(picks, start: 0));

        var same = ours.Picks.AsSpan().SequenceEqual(plain.Picks);
        Console.WriteLine(
            $"ratio    {plain.Wall / ours.Wall:F1} by the clock, {plain.Cpu / ours.Cpu:F1} of processor time");
        Console.WriteLine($"picks    {(same ? "the same" : "DIFFERENT")}");
        return same ? 0 : 1;
    }

    private static (int[] Picks, TimeSpan Wall, TimeSpan Cpu) Measure(string what, Func<int[]> select)
    {
        var (wall, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var picks = select();
        var took = (Picks: picks, Wall: Stopwatch.GetElapsedTime(wall), Cpu: Environment.CpuUsage.TotalTime - cpu);
        Console.WriteLine($"{what,-8} {took.Wall.TotalSeconds:F1} s, {took.Cpu.TotalSeconds:F1} s of processor time");
        return took;
    }
}
