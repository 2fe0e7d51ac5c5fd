using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class EmbeddingSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Session_knows_its_shapes()
    {
        using var session = new EmbeddingSession(Graph(), new ExecutionOptions());

        Assert.Equal(
            (32, 24, 16, 12, 9),
            (session.Width, session.Height, session.GridWidth, session.GridHeight, session.Dimension));
        Assert.Equal("CPU", session.Provider);
        Assert.Null(session.FixedBatch);
    }

    [Fact]
    public void Run_executed_again_and_again_allocates_nothing()
    {
        using var session = new EmbeddingSession(Graph(), new ExecutionOptions());
        using var run = session.CreateRun();
        run.Execute();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            run.Tensor.Fill(i);
            run.Execute();
            _ = run.Embedding[0];
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Runs_of_one_session_in_parallel_do_not_disturb_each_other()
    {
        using var session = new EmbeddingSession(Graph(), new ExecutionOptions());
        var expected = Enumerable.Range(0, 4).Select(i => Embed(session, i)).ToArray();

        Parallel.For(0, 64, i => Assert.Equal(expected[i % 4], Embed(session, i % 4)));
    }

    [Fact]
    public void Accelerator_that_is_not_there_leaves_the_cpu_and_a_reason()
    {
        using var session = new EmbeddingSession(
            Graph(), new ExecutionOptions { Providers = ["TensorRT", "cuda", "CPU"], ProviderFolder = _folder.Path });

        Assert.Equal("CPU", session.Provider);
        Assert.Equal(["TensorRT", "CUDA", "CPU"], session.Outcomes.Select(o => o.Provider));
        Assert.Equal([false, false, true], session.Outcomes.Select(o => o.Used));
        Assert.Contains("libonnxruntime_providers_tensorrt.so", session.Outcomes[0].Reason, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, session.Outcomes[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Accelerator_library_that_does_not_load_says_why()
    {
        File.WriteAllText(_folder["libonnxruntime_providers_cuda.so"], "no library");

        using var session = new EmbeddingSession(
            Graph(), new ExecutionOptions { Providers = ["CUDA"], ProviderFolder = _folder.Path });

        Assert.Equal(["CUDA", "CPU"], session.Outcomes.Select(o => o.Provider));
        Assert.Contains("libonnxruntime_providers_cuda.so", session.Outcomes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Required_provider_that_is_not_there_stops_the_start()
    {
        var e = Assert.Throws<ProviderException>(() => new EmbeddingSession(
            Graph(),
            new ExecutionOptions { Providers = ["CUDA", "CPU"], Required = "CUDA", ProviderFolder = _folder.Path }));

        Assert.Equal("CUDA", e.Provider);
        Assert.Contains("libonnxruntime_providers_cuda.so", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CUDA", "Metal", "'Metal' is unknown")]
    [InlineData("TensorRT", "CPU", "'TensorRT' is required but not among")]
    public void Options_that_contradict_themselves_are_refused(string required, string provider, string reason)
    {
        var e = Assert.Throws<EmbeddingException>(() => new EmbeddingSession(
            Graph(), new ExecutionOptions { Providers = [provider], Required = required }));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_library_that_is_missing_is_named()
    {
        var e = Assert.Throws<EmbeddingException>(() => new EmbeddingSession(
            Graph(), new ExecutionOptions { NativeLibrary = "/no/such/libonnxruntime.so" }));

        Assert.Contains("'/no/such/libonnxruntime.so'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(-1)]
    public void Graph_that_is_truncated_is_refused_by_name(int length)
    {
        var path = Graph();
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(length < 0 ? bytes.Length + length : length)]);

        var e = Assert.Throws<BackboneException>(() => new EmbeddingSession(path, new ExecutionOptions()));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backbone_is_not_mistaken_for_an_embedding_graph()
    {
        var path = new SyntheticBackbone().Write(_folder["backbone.onnx"]);

        var e = Assert.Throws<BackboneException>(() => new EmbeddingSession(path, new ExecutionOptions()));

        Assert.Contains("not an embedding graph", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graph_that_the_runtime_refuses_is_named()
    {
        var path = Graph();
        var model = OnnxFile.Read(path);
        model.Graph.Node[0].OpType = "Convolve";
        OnnxFile.Write(model, path);

        var e = Assert.Throws<BackboneException>(() => new EmbeddingSession(path, new ExecutionOptions()));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains("Convolve", e.Message, StringComparison.Ordinal);
    }

    private string Graph()
    {
        var backbone = new SyntheticBackbone().Write(_folder["backbone.onnx"]);
        EmbeddingGraph.Build(backbone, ["shallow", "deep"], 32, 24, _folder["embedding.onnx"]);
        return _folder["embedding.onnx"];
    }

    private static float[] Embed(EmbeddingSession session, int value)
    {
        using var run = session.CreateRun();
        run.Tensor.Fill(value);
        run.Execute();
        return run.Embedding.ToArray();
    }
}
