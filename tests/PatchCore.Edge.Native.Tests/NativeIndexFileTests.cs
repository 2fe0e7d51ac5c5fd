using System.Globalization;

namespace PatchCore.Edge.Native.Tests;

public sealed class NativeIndexFileTests : IDisposable
{
    /// <summary>Four letters, dimension, count, two unused fields, trained, metric, number of floats.</summary>
    private const int HeaderLength = 4 + 4 + 8 + 16 + 1 + 4 + 8;

    private readonly TemporaryFolder _folder = new();
    private readonly Golden _golden = Golden.Read();
    private readonly string _path;

    public NativeIndexFileTests()
    {
        _path = _folder["bank.faiss"];
        using var index = NativeIndexTests.Build(_golden);
        index.Write(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_of_what_was_written_finds_the_same_neighbors()
    {
        using var index = NativeIndex.Read(_path);

        Assert.Equal((12, 40L, "flat-l2"), (index.Dimension, index.Count, index.Kind));
        Assert.Equal(_golden.Indices, NativeIndexTests.Search(index, _golden.Query, _golden.Neighbors).Indices);
    }

    [Fact]
    public void Written_index_is_read_by_stock_faiss_with_the_same_neighbors()
    {
        const string Script = """
            import sys, json, faiss, numpy
            golden = json.load(open(sys.argv[2]))
            index = faiss.read_index(sys.argv[1])
            query = numpy.array(golden['query'], dtype='float32').reshape(-1, golden['dim'])
            print(*index.search(query, golden['k'])[1].reshape(-1))
            """;

        var output = Python.Run(Script, _path, Path.Combine(AppContext.BaseDirectory, "golden", "scoring.json"));

        var neighbors = output.Split()
            .Where(text => text.Length > 0)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture));
        Assert.Equal(_golden.Indices, neighbors);
    }

    [Theory]
    [InlineData("Flat", "flat-l2")]
    [InlineData("HNSW16", "faiss::IndexHNSWFlat")]
    [InlineData("IVF4,Flat", "faiss::IndexIVFFlat")]
    [InlineData("SQ8", "faiss::IndexScalarQuantizer")]
    [InlineData("PCA6,Flat", "faiss::IndexPreTransform")]
    [InlineData("IVF4,PQ4x4", "faiss::IndexIVFPQ")]
    public void Read_of_what_stock_faiss_wrote_finds_what_it_finds(string factory, string kind)
    {
        const string Script = """
            import sys, faiss, numpy
            vectors = numpy.random.RandomState(7).rand(300, 12).astype('float32')
            index = faiss.index_factory(12, sys.argv[2])
            index.train(vectors)
            index.add(vectors)
            faiss.write_index(index, sys.argv[1])
            print(*vectors[:40].reshape(-1))
            print(*index.search(vectors[:40], 1)[1].reshape(-1))
            """;
        var lines = Python.Run(Script, _path, factory).Split('\n');
        var queries = lines[0].Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture)).ToArray();

        using var index = NativeIndex.Read(_path);

        Assert.Equal((12, 300L, kind), (index.Dimension, index.Count, index.Kind));
        Assert.Equal(
            lines[1].Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)),
            NativeIndexTests.Search(index, queries, 1).Indices);
        queries[0] = float.NaN; // IndexIVF would end the process.
        Assert.Throws<NativeException>(() => NativeIndexTests.Search(index, queries, 1));
    }

    [Fact]
    public void Read_of_a_file_cut_off_at_any_length_is_refused()
    {
        var whole = File.ReadAllBytes(_path);
        Assert.Equal(HeaderLength + 40 * 12 * sizeof(float), whole.Length);

        for (var length = 0; length < whole.Length; length += length < 2 * HeaderLength ? 1 : 97)
        {
            File.WriteAllBytes(_path, whole.AsSpan(0, length));

            var exception = Assert.Throws<NativeException>(() => NativeIndex.Read(_path));

            Assert.StartsWith($"cannot read index '{_path}': ", exception.Message, StringComparison.Ordinal);
            Assert.Equal(NativeErrorCode.File, exception.Code);
        }
    }

    [Fact]
    public void Read_of_a_header_with_any_bit_flipped_is_refused_or_harmless()
    {
        var whole = File.ReadAllBytes(_path);
        var harmless = 0;
        for (var bit = 0; bit < 8 * HeaderLength; bit++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(_path, damaged);
            try
            {
                using var index = NativeIndex.Read(_path);
                Assert.Equal(_golden.Indices, NativeIndexTests.Search(index, _golden.Query, _golden.Neighbors).Indices);
                harmless++;
            }
            catch (NativeException exception)
            {
                Assert.StartsWith($"cannot read index '{_path}': ", exception.Message, StringComparison.Ordinal);
            }
        }

        // Some bits of the two unused fields (128) and of the trained flag (7).
        Assert.InRange(harmless, 1, 128 + 7);
    }

    [Fact]
    public void Read_of_a_file_with_bytes_after_the_index_is_refused()
    {
        var length = new FileInfo(_path).Length;
        File.AppendAllText(_path, "more");

        var exception = Assert.Throws<NativeException>(() => NativeIndex.Read(_path));

        Assert.EndsWith($"it ends after {length} of {length + 4} bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_another_metric_is_refused()
    {
        const string Script = "import sys, faiss; faiss.write_index(faiss.IndexFlatIP(4), sys.argv[1])";
        Python.Run(Script, _path);

        var exception = Assert.Throws<NativeException>(() => NativeIndex.Read(_path));

        Assert.EndsWith("its metric is 0, not L2 (1)", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0089PNG\r\n")]
    [InlineData("this is a text, and not an index of any kind that could be searched")]
    public void Read_of_a_foreign_file_names_the_path(string content)
    {
        File.WriteAllText(_path, content);

        var exception = Assert.Throws<NativeException>(() => NativeIndex.Read(_path));

        Assert.StartsWith($"cannot read index '{_path}': ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_a_missing_file_names_the_path_and_the_reason()
    {
        var exception = Assert.Throws<NativeException>(() => NativeIndex.Read("/nowhere/bank.faiss"));

        Assert.Equal("cannot read index '/nowhere/bank.faiss': No such file or directory", exception.Message);
    }

    [Theory]
    [InlineData("/nowhere/bank.faiss", "No such file or directory")]
    [InlineData("/dev/full", "No space left on device")]
    public void Write_that_fails_names_the_path_and_the_reason(string path, string reason)
    {
        using var index = NativeIndexTests.Build(_golden);

        var exception = Assert.Throws<NativeException>(() => index.Write(path));

        Assert.Equal($"cannot write index '{path}': {reason}", exception.Message);
    }
}
