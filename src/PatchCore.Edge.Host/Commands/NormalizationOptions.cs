using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options that say what a network expects of its input.</summary>
internal sealed class NormalizationOptions
{
    private readonly Option<string?> _name = new("--name")
    {
        Description = "Short name of the network (default: what the file says, else the file's name)",
    };

    private readonly Option<string?> _mean = new("--mean")
    {
        Description = "Three numbers, subtracted after --scale "
            + "(default: what the file says, else ImageNet's 0.485,0.456,0.406)",
    };

    private readonly Option<string?> _std = new("--std")
    {
        Description = "Three numbers to divide by (default: what the file says, else ImageNet's 0.229,0.224,0.225)",
    };

    private readonly Option<float?> _scale = new("--scale")
    {
        Description = "Multiplies pixels of 0 to 255 (default: what the file says, else 1/255)",
    };

    private readonly Option<string?> _color = new("--color")
    {
        Description = "Order of the channels (default: what the file says, else rgb)",
    };

    public void AddTo(Command command)
    {
        _color.AcceptOnlyFromAmong("rgb", "bgr");
        command.Options.Add(_name);
        command.Options.Add(_mean);
        command.Options.Add(_std);
        command.Options.Add(_scale);
        command.Options.Add(_color);
    }

    /// <summary>Whether any of them is on the command line.</summary>
    public bool AreGiven(ParseResult parsed) =>
        (parsed.GetValue(_name) ?? parsed.GetValue(_mean) ?? parsed.GetValue(_std) ?? parsed.GetValue(_color))
            is not null
        || parsed.GetValue(_scale) is not null;

    /// <summary>What the ONNX file says, with what the command line says otherwise; null: nothing.</summary>
    public BackboneMetadata? Read(ParseResult parsed, string file)
    {
        if (!AreGiven(parsed))
            return null;
        var (name, mean, std, scale, color) = (
            parsed.GetValue(_name), parsed.GetValue(_mean), parsed.GetValue(_std), parsed.GetValue(_scale),
            parsed.GetValue(_color));
        var defaults = BackboneModel.Load(file).Metadata;
        return defaults with
        {
            Name = name ?? defaults.Name,
            Mean = mean is null ? defaults.Mean : Three("--mean", mean, _ => true, "numbers"),
            Std = std is null ? defaults.Std : Three("--std", std, value => value > 0, "numbers above 0"),
            Scale = scale is null or > 0 ? scale ?? defaults.Scale : throw new UsageException("--scale is not above 0"),
            Rgb = color is null ? defaults.Rgb : color == "rgb",
        };
    }

    private static float[] Three(string option, string text, Func<float, bool> isValid, string expected)
    {
        var parts = text.Split(',');
        var values = new float[3];
        for (var i = 0; i < 3; i++)
        {
            if (parts.Length != 3
                || !float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                || !float.IsFinite(values[i]) || !isValid(values[i]))
            {
                throw new UsageException($"{option} found '{text}', expected three {expected}, like 0.5,0.5,0.5");
            }
        }
        return values;
    }
}
