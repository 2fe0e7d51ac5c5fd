using System.Diagnostics;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Benches;

/// <summary>Median time of the bare graph run, by images a run.</summary>
/// <param name="Batch">Images a run.</param>
/// <param name="MsPerImage">Of a run, divided by its images.</param>
/// <param name="Ratio">To the time of an image run alone.</param>
internal sealed record EmbedTime(int Batch, double MsPerImage, double Ratio);

/// <summary>Whether embedding several images in one run takes less time than one after the other.</summary>
internal static class EmbedBench
{
    public static IReadOnlyList<EmbedTime> Run(EmbeddingSession session, IReadOnlyList<int> batches, int runs)
    {
        var prepared = batches.Select(batch => session.CreateRun(batch)).ToList();
        try
        {
            var times = prepared.ConvertAll(_ => new double[runs]);
            // In turns, so that whatever else the machine does meets all of them.
            for (var i = -Math.Max(3, runs / 10); i < runs; i++)
            {
                for (var p = 0; p < prepared.Count; p++)
                {
                    var start = Stopwatch.GetTimestamp();
                    prepared[p].Execute();
                    if (i >= 0)
                        times[p][i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / prepared[p].Batch;
                }
            }

            var medians = times.ConvertAll(t => t.Order().ElementAt(runs / 2));
            return [.. batches.Select((batch, p) => new EmbedTime(batch, medians[p], medians[p] / medians[0]))];
        }
        finally
        {
            prepared.ForEach(run => run.Dispose());
        }
    }
}
