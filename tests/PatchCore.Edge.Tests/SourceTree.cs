using System.Text.RegularExpressions;

namespace PatchCore.Edge.Tests;

/// <summary>The repository's own source text, for rules that it must keep.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder of the repository, but for what builds leave there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file =>
                !Path.GetRelativePath(Root, file).Split('/').Any(part => part is "bin" or "obj" or "runtimes"));

    /// <summary>C# without comments and without what strings say.</summary>
    public static string CodeOf(string text) => CommentOrString().Replace(text, " ");

    [GeneratedRegex("""
        //[^\n]*|/\*.*?\*/|"{3,}.*?"{3,}|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrString();

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "PatchCore.Edge.sln")))
                return at.FullName;
        }

        throw new DirectoryNotFoundException($"no directory above {AppContext.BaseDirectory} has PatchCore.Edge.sln");
    }
}
