using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options of the linear map that patches go through.</summary>
internal sealed class PatchMapOptions
{
    private readonly Option<double?> _whitening = new("--whitening")
    {
        Description = "Weigh deviations by how unusual they are: shrinkage of the whitening, such as 1; 0 for none "
            + "(default: what the backbone brings for its own layers)",
    };

    private readonly Option<int?> _dimensions = new("--dimensions")
    {
        Description = "Values that a patch is reduced to; 0 for all (default likewise)",
    };

    private readonly Option<string?> _weights = new("--layer-weights")
    {
        Description = "How much each layer counts, such as 1,1,0.6 (default likewise)",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_whitening);
        command.Options.Add(_dimensions);
        command.Options.Add(_weights);
    }

    /// <summary>Null where none of them is given.</summary>
    /// <exception cref="UsageException">A weight is no number.</exception>
    public PatchMap? Read(ParseResult parsed)
    {
        var (whitening, dimensions) = (parsed.GetValue(_whitening), parsed.GetValue(_dimensions));
        var weights = parsed.GetValue(_weights);
        return whitening is null && dimensions is null && weights is null ? null : new PatchMap
        {
            Whitening = whitening ?? 0,
            Dimensions = dimensions ?? 0,
            LayerWeights = [.. TrainCommand.SplitNames(weights).Select(Weight)],
        };
    }

    private static float Weight(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
            ? weight
            : throw new UsageException($"--layer-weights found '{text}', expected numbers like 1,1,0.6");
}
