using System.Runtime.CompilerServices;

namespace PatchCore.Edge.Native.Tests;

public sealed class NativeLibraryInfoTests
{
    [Fact]
    public void Verify_with_the_built_library_accepts_it() => NativeLibraryInfo.Verify();

    [Fact]
    public void Reason_of_a_library_that_is_nowhere_is_one_sentence()
    {
        const string Message = """
            Unable to load shared library 'pce_native' or one of its dependencies. Consider using a tool like strace:
            /app/libpce_native.so: cannot open shared object file: No such file or directory
            /app/pce_native: cannot open shared object file: No such file or directory
            """;

        Assert.Equal("is not beside the program", NativeLibraryInfo.ReasonOf(Message));
    }

    [Theory]
    [InlineData("/app/libpce_native.so: file too short")]
    [InlineData("libopencv_core.so.406: cannot open shared object file: No such file or directory")]
    public void Reason_of_a_library_that_does_not_load_is_what_the_loader_says(string reason)
    {
        var message = $"""
            Unable to load shared library 'pce_native' or one of its dependencies. Consider using a tool like strace:
            /app/pce_native.so: cannot open shared object file: No such file or directory
            {reason}
            /app/libpce_native: cannot open shared object file: No such file or directory
            """;

        Assert.Equal($"cannot be loaded: {reason}", NativeLibraryInfo.ReasonOf(message));
    }

    [Fact]
    public void Verify_of_another_abi_version_names_both_and_the_remedy()
    {
        var exception = Assert.Throws<NativeException>(() => NativeLibraryInfo.VerifyAbi(999, 40));

        Assert.Equal(NativeErrorCode.Library, exception.Code);
        Assert.Contains("ABI version 00003e7", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"this program {NativeLibraryInfo.AbiVersion:x7}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("./build.sh setup", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_of_another_struct_layout_is_refused()
    {
        var exception = Assert.Throws<NativeException>(
            () => NativeLibraryInfo.VerifyAbi(NativeLibraryInfo.AbiVersion, 44));

        Assert.Contains("TensorLayout of 44 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_layout_has_the_size_that_the_shim_asserts() => Assert.Equal(40, Unsafe.SizeOf<TensorLayout>());

    [Fact]
    public void Versions_are_those_that_the_shim_supports()
    {
        Assert.Matches(@"^4\.[5-9]\.\d+", NativeLibraryInfo.OpenCvVersion);
        Assert.Matches(@"^1\.7\.\d+$", NativeLibraryInfo.FaissVersion);
    }

    [Fact]
    public void SetThreads_changes_no_distance()
    {
        var golden = Golden.Read();
        using var index = NativeIndexTests.Build(golden);
        var before = NativeIndexTests.Search(index, golden.Query, golden.Neighbors);
        try
        {
            NativeLibraryInfo.SetThreads(1);

            Assert.Equal(before.Squared, NativeIndexTests.Search(index, golden.Query, golden.Neighbors).Squared);
        }
        finally
        {
            NativeLibraryInfo.SetThreads(Environment.ProcessorCount);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5000)]
    public void SetThreads_with_a_count_out_of_range_is_refused(int count)
    {
        var exception = Assert.Throws<NativeException>(() => NativeLibraryInfo.SetThreads(count));

        Assert.Equal("pce_set_threads", exception.Function);
        Assert.Equal(NativeErrorCode.Argument, exception.Code);
    }
}
