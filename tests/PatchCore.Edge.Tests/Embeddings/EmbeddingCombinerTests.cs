using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class EmbeddingCombinerTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Images_of_several_callers_get_the_embeddings_that_they_get_alone(int batch)
    {
        using var alone = Session(1);
        using var combined = Session(batch);
        var expected = Enumerable.Range(0, 4).Select(seed => Embed(alone, seed)).ToList();

        // Four callers and less room than that: groups form in ever other ways.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(
            () =>
            {
                using var run = combined.CreateRun();
                for (var i = 0; i < 6; i++)
                {
                    Fill(run.Tensor, seed);
                    run.Execute();
                    // A batch sums in another order: single precision keeps 24 bits.
                    AssertClose(expected[seed], run.Embedding);
                }
            },
            TaskCreationOptions.LongRunning)));
    }

    [Fact]
    public async Task Failure_of_a_group_reaches_every_caller_of_it()
    {
        var session = Session(4);
        using var first = session.CreateRun();
        using var second = session.CreateRun();
        session.Dispose();

        foreach (var run in (EmbeddingRun[])[first, second])
        {
            await Assert.ThrowsAsync<EmbeddingException>(
                () => Task.Run(run.Execute).WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public void Batch_that_is_measured_is_one_of_those_tried()
    {
        using var session = Session(null);

        Assert.Contains(session.Batch, (int[])[1, 2, 4, 8]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Batch_out_of_range_is_refused(int batch) => Assert.Equal(
        $"Batch is {batch}, expected 1 to 64, or none to have it measured.",
        Assert.Throws<EmbeddingException>(() => Session(batch)).Message);

    private EmbeddingSession Session(int? batch) =>
        new(Path.Combine(trained.Directory, "embedding.onnx"), new ExecutionOptions { Batch = batch });

    private static float[] Embed(EmbeddingSession session, int seed)
    {
        using var run = session.CreateRun();
        Fill(run.Tensor, seed);
        run.Execute();
        return run.Embedding.ToArray();
    }

    private static void Fill(Span<float> tensor, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < tensor.Length; i++)
            tensor[i] = random.NextSingle() - 0.5f;
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(expected[i] - actual[i]) > 1e-5f * largest)
                Assert.Equal(expected[i], actual[i]);
        }
    }
}
