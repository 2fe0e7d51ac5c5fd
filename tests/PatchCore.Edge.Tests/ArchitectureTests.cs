using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PatchCore.Edge.Tests;

/// <summary>
/// Holds the import rule: a stage may use only stages that sort above it; Host → Edge → Native; and nothing else
/// crosses.
/// </summary>
public class ArchitectureTests
{
    private const string Library = "src/PatchCore.Edge";

    private static readonly string[] Words =
        ["Bundles", "Cameras", "Conversion", "Embeddings", "MemoryBanks", "Neighbors", "Scores", "Verdicts", "Wire"];

    private static readonly string[] Stages =
    [
        .. Directory.GetDirectories(Path.Combine(SourceTree.Root, Library))
            .Select(d => Path.GetFileName(d))
            .Except(["bin", "obj"]),
    ];

    private static readonly string[] StagesThatCallNative = ["Cameras", "Conversion", "Neighbors", "Wire"];

    [Fact]
    public void Folder_of_the_library_is_a_stage_of_the_design() => Assert.Empty(Stages.Except(Words));

    [Fact]
    public void Stage_uses_only_stages_that_sort_above_it() => AssertNone(
        from stage in Stages
        from file in SourceTree.Files($"{Library}/{stage}", "*.cs")
        from used in StagesUsed(File.ReadAllText(file))
        where string.CompareOrdinal(used, stage) > 0
        select $"{Name(file)} uses {used}");

    [Fact]
    public void Stage_uses_nothing_of_the_stories_told_with_it()
    {
        var stories = Directory.GetFiles(Path.Combine(SourceTree.Root, Library), "*.cs")
            .SelectMany(file => TypesDeclared(File.ReadAllText(file)))
            .ToHashSet();

        AssertNone(
            from stage in Stages
            from file in SourceTree.Files($"{Library}/{stage}", "*.cs")
            from word in Regex.Matches(SourceTree.CodeOf(File.ReadAllText(file)), @"(?<![.\w])[A-Z]\w*")
                .Select(m => m.Value)
                .Distinct()
            where stories.Contains(word)
            select $"{Name(file)} uses {word}");
    }

    [Fact]
    public void File_of_a_stage_is_in_the_namespace_of_its_folder() => AssertNone(
        from stage in Stages
        from file in SourceTree.Files($"{Library}/{stage}", "*.cs")
        where !File.ReadAllText(file).Contains($"namespace PatchCore.Edge.{stage};", StringComparison.Ordinal)
        select $"{Name(file)} does not declare namespace PatchCore.Edge.{stage}");

    [Fact]
    public void Native_is_called_by_few_stages() => AssertNone(
        from stage in Stages.Except(StagesThatCallNative)
        from file in SourceTree.Files($"{Library}/{stage}", "*.cs")
        where Uses(File.ReadAllText(file), "Native")
        select $"{Name(file)} uses PatchCore.Edge.Native");

    [Fact]
    public void Onnx_runtime_is_called_by_embeddings_alone() => AssertNone(
        from folder in (string[])["src/PatchCore.Edge", "src/PatchCore.Edge.Native", "src/PatchCore.Edge.Host"]
        from file in SourceTree.Files(folder, "*.cs")
        where !Name(file).StartsWith($"{Library}/Embeddings/", StringComparison.Ordinal)
            && SourceTree.CodeOf(File.ReadAllText(file)).Contains("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)
        select $"{Name(file)} uses Microsoft.ML.OnnxRuntime");

    [Theory]
    [InlineData("Mosquitto")]
    [InlineData("MQTTnet")]
    [InlineData("Microsoft.Extensions.Hosting")]
    [InlineData("System.CommandLine")]
    [InlineData("Spectre.Console")]
    public void Library_knows_no_client_no_hosting_and_no_command_line(string name) => AssertNone(
        from file in SourceTree.Files(Library, "*.cs").Concat(SourceTree.Files(Library, "*.csproj"))
        where SourceTree.CodeOf(File.ReadAllText(file)).Contains(name, StringComparison.Ordinal)
        select $"{Name(file)} uses {name}");

    [Fact]
    public void Foreign_functions_are_declared_in_native_alone() => AssertNone(
        from folder in (string[])["src/PatchCore.Edge", "src/PatchCore.Edge.Host"]
        from file in SourceTree.Files(folder, "*.cs")
        where Regex.IsMatch(SourceTree.CodeOf(File.ReadAllText(file)), @"\b(DllImport|LibraryImport|unsafe)\b")
        select $"{Name(file)} has unsafe code or declares a foreign function");

    [Theory]
    [InlineData("PatchCore.Edge.Native", new string[0])]
    [InlineData("PatchCore.Edge", new[] { "OnnxRuntime", "PatchCore.Edge.Native" })]
    [InlineData("PatchCore.Edge.Host", new[] { "PatchCore.Edge" })]
    public void Project_refers_to_the_one_below_it(string project, string[] expected)
    {
        var references = XDocument.Load(Path.Combine(SourceTree.Root, "src", project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension((string?)r.Attribute("Include")))
            .Order(StringComparer.Ordinal);

        Assert.Equal(expected, references);
    }

    [Fact]
    public void File_is_short_enough_to_be_read_at_once() => AssertNone(
        from folder in (string[])["src", "tests"]
        from pattern in (string[])["*.cs", "*.cpp", "*.hpp", "*.h"]
        from file in SourceTree.Files(folder, pattern)
        let lines = File.ReadLines(file).Count()
        where lines > 300
        select $"{Name(file)} has {lines} lines, expected at most 300");

    [Theory]
    [InlineData("using PatchCore.Edge.Wire;", "Wire")]
    [InlineData("using static PatchCore.Edge.Scores.Reweighting;", "Scores")]
    [InlineData("var v = Verdicts.Verdict.Pass;", "Verdicts")]
    [InlineData("Edge.Neighbors.INeighborIndex index;", "Neighbors")]
    public void Stage_that_is_used_is_seen_however_it_is_written(string code, string stage) =>
        Assert.Equal([stage], StagesUsed(code));

    [Theory]
    [InlineData("// PatchCore.Edge.Wire encodes it")]
    [InlineData("/* PatchCore.Edge.Wire */")]
    [InlineData("var text = \"Wire.Topics\";")]
    [InlineData("var n = calibration.Scores.Length;")]
    [InlineData("float[] Scores { get; }")]
    public void Word_that_only_reads_like_a_stage_is_none(string code) => Assert.Empty(StagesUsed(code));

    // A stage's namespace is written in full, or from Edge on, or bare, since all of them share a parent.
    private static IEnumerable<string> StagesUsed(string text) => Words.Where(stage => Uses(text, stage));

    private static bool Uses(string text, string name) => Regex.IsMatch(
        SourceTree.CodeOf(text), $@"(?<![.\w])((PatchCore\.)?Edge\.{name}\b|{name}\.[A-Z])");

    private static IEnumerable<string> TypesDeclared(string text) =>
        Regex.Matches(
            SourceTree.CodeOf(text), @"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")
            .Select(m => m.Groups[1].Value);

    private static string Name(string file) => Path.GetRelativePath(SourceTree.Root, file);

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }
}
