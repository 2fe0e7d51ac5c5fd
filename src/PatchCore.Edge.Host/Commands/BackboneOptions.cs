using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options that say which networks make a patch, from which of their layers, at which scales.</summary>
internal sealed class BackboneOptions
{
    private readonly Option<FileInfo[]> _backbones = new("--backbone")
    {
        Description = "ONNX backbone made by 'backbone import' (default: the MobileNetV2 beside the program); "
            + "several times for an ensemble",
    };

    private readonly Option<string[]> _layers = new("--layers")
    {
        Description = "Feature maps of the backbone, the first gives the grid: 6,12, or stage:2,stage:3 for the "
            + "last maps of 1/8 and 1/16 of the image (default: those it was imported with); "
            + "once for all backbones, or once for each",
    };

    private readonly Option<string> _scales = new("--scales")
    {
        Description = "Sizes at which each backbone sees the image, relative to --size: 1,0.75 for an ensemble of two",
        DefaultValueFactory = _ => "1",
    };

    /// <summary>The backbone that comes with the program.</summary>
    public static string DefaultBackbone => Path.Combine(AppContext.BaseDirectory, "backbones", "mobilenetv2.onnx");

    public void AddTo(Command command)
    {
        command.Options.Add(_backbones);
        command.Options.Add(_layers);
        command.Options.Add(_scales);
    }

    /// <summary>One member for each backbone at each scale.</summary>
    /// <exception cref="UsageException">A backbone that is not there, or options that do not fit together.</exception>
    public IReadOnlyList<EmbeddingMember> Read(ParseResult parsed)
    {
        var backbones = parsed.GetValue(_backbones) is { Length: > 0 } named
            ? [.. named.Select(file => file.FullName)]
            : new[] { DefaultBackbone };
        foreach (var path in backbones.Where(path => !File.Exists(path)))
        {
            throw new UsageException(path == DefaultBackbone
                ? $"found no backbone beside the program ({path}); make one with 'patchcore-edge backbone import', "
                    + "or name one with --backbone"
                : $"--backbone found no file {path}");
        }

        var layers = parsed.GetValue(_layers) ?? [];
        if (layers.Length > 1 && layers.Length != backbones.Length)
        {
            throw new UsageException(
                $"--layers is given {layers.Length} times for {backbones.Length} backbone(s), "
                    + "expected once for all, or once for each");
        }

        var scales = Scales(parsed.GetValue(_scales)!);
        return [.. backbones.SelectMany((path, i) => scales.Select(scale => new EmbeddingMember(
            path, TrainCommand.SplitNames(layers.Length == 0 ? null : layers[layers.Length == 1 ? 0 : i]), scale)))];
    }

    private static double[] Scales(string text)
    {
        var scales = new List<double>();
        foreach (var part in TrainCommand.SplitNames(text))
        {
            if (double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
                && scale is > 0 and <= 1 && !scales.Contains(scale))
            {
                scales.Add(scale);
                continue;
            }
            throw new UsageException($"--scales found '{text}', expected different numbers above 0, at most 1: 1,0.75");
        }

        return scales.Count > 0 ? [.. scales] : throw new UsageException("--scales is empty, expected like 1,0.75");
    }
}
