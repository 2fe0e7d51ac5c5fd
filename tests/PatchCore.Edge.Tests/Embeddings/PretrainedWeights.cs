using System.Reflection;

namespace PatchCore.Edge.Tests.Embeddings;

/// <summary>The TensorFlow.js weights that setup fetched.</summary>
internal static class PretrainedWeights
{
    private const string Model = "npm/codait-max-image-segmenter-0.3.0/package/model/model.json";

    public static string ModelJson
    {
        get
        {
            var cache = typeof(PretrainedWeights).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(a => a.Key == "PatchCoreCache").Value!;
            var path = Path.Combine(cache, Model);
            Assert.True(
                File.Exists(path), $"The pretrained weights '{path}' are missing; run './build.sh setup' first.");
            return path;
        }
    }
}
