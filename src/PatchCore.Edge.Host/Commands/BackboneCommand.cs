using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>backbone import</c>: a pretrained network to a backbone that <c>train</c> takes.</summary>
internal static class BackboneCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("MODEL")
        {
            Description = "Folder (or model.json) of a TensorFlow.js MobileNetV2, or an ONNX file",
        };
        var target = new Option<FileInfo>("--out") { Description = "ONNX file to write", Required = true };
        var outputs = new Option<string>("--outputs")
        {
            Description = "Feature maps to keep: blocks like 6,12, or of an ONNX file tensors, modules like layer2 "
                + "or stages like stage:2,stage:3; a wrong one lists them all",
            Required = true,
        };
        var thin = new Option<string?>("--thin")
        {
            Description = "Of a dilated TensorFlow.js MobileNetV2 the last block that stays as it is: those behind it "
                + "keep every second position, with half the dilation",
        };
        var maps = new PatchMapOptions();
        var normalization = new NormalizationOptions();
        var import = new Command("import", "Turn a pretrained network into a backbone")
        {
            source, target, outputs, thin,
        };
        maps.AddTo(import);
        normalization.AddTo(import);
        import.SetAction(parsed =>
        {
            var path = parsed.GetValue(source)!;
            var names = TrainCommand.SplitNames(parsed.GetValue(outputs));
            if (names.Length == 0)
                throw new UsageException("--outputs is empty, expected names like 6,12");
            var file = Directory.Exists(path) ? Path.Combine(path, "model.json") : path;
            if (!File.Exists(file))
                throw new UsageException($"found no file {file}");
            var written = parsed.GetValue(target)!;
            written.Directory!.Create();
            var model = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? ImportTensorFlowJs(
                    file, written.FullName, names, normalization.AreGiven(parsed), parsed.GetValue(thin),
                    maps.Read(parsed))
                : ImportOnnx(
                    file, written.FullName, names, normalization.Read(parsed, file), parsed.GetValue(thin),
                    maps.Read(parsed));
            Print(model, parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return new Command("backbone", "Pretrained networks") { import };
    }

    private static BackboneModel ImportTensorFlowJs(
        string file, string target, string[] names, bool isNormalized, string? thin, PatchMap? map)
    {
        if (isNormalized)
        {
            throw new UsageException(
                "a TensorFlow.js MobileNetV2 has its normalization; "
                    + "--name, --mean, --std, --scale and --color are for ONNX files");
        }
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
        return BackboneImporter.ImportTensorFlowJs(file, target, names, new TrunkImportOptions
        {
            Source = $"{folder}/{Path.GetFileName(file)}",
            ThinAfter = thin,
            PatchMap = map ?? PatchMap.None,
        });
    }

    private static BackboneModel ImportOnnx(
        string file, string target, string[] names, BackboneMetadata? metadata, string? thin, PatchMap? map)
    {
        if (thin is not null || map is not null)
        {
            throw new UsageException(
                "--thin, --whitening, --dimensions and --layer-weights are for a TensorFlow.js MobileNetV2");
        }
        return BackboneImporter.ImportOnnx(file, target, names, metadata);
    }

    private static void Print(BackboneModel model, TextWriter output) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model.Path}: {model.Metadata.Name}, {new FileInfo(model.Path).Length / 1e6:F1} MB, "
                + $"outputs {string.Join(", ", model.Outputs)}"));
}
