namespace PatchCore.Edge.Tests;

/// <summary>Bytes that code allocates on the managed heap.</summary>
internal static class Allocation
{
    private const int Tries = 5;

    /// <summary>
    /// The least of several tries: what the runtime does beside it, such as compiling it anew, may allocate once in a
    /// while, and code that allocates does so each time.
    /// </summary>
    public static long Of(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
