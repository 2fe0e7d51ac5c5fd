using System.Reflection;

namespace PatchCore.Edge.Host.Publishing;

internal static class ProductVersion
{
    /// <summary>"0.1.0", without the build's commit.</summary>
    public static string Text { get; } = typeof(ProductVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
