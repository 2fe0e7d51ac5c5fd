using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>backbone import</c>: a pretrained network to a backbone that <c>train</c> takes.</summary>
internal static class BackboneCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("MODEL") { Description = "Folder (or model.json) of a TensorFlow.js MobileNetV2, or an ONNX file" };
        var target = new Option<FileInfo>("--out") { Description = "ONNX file to write", Required = true };
        var outputs = new Option<string>("--outputs") { Description = "Feature maps to keep: blocks like 6,12, or tensor names; a wrong one lists them all", Required = true };
        var name = new Option<string?>("--name") { Description = "Short name of the network" };
        var import = new Command("import", "Turn a pretrained network into a backbone") { source, target, outputs, name };
        import.SetAction(parsed =>
        {
            var from = parsed.GetValue(source)!;
            var model = BackboneImporter.ImportTensorFlowJs(
                Directory.Exists(from) ? Path.Combine(from, "model.json") : from,
                parsed.GetValue(target)!.FullName,
                TrainCommand.SplitNames(parsed.GetValue(outputs)),
                Path.GetFileName(Path.GetFullPath(from).TrimEnd('/')));
            Print(model, parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return new Command("backbone", "Pretrained networks") { import };
    }

    private static void Print(BackboneModel model, TextWriter output) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{model.Path}: {model.Metadata.Name}, {new FileInfo(model.Path).Length / 1e6:F1} MB, outputs {string.Join(", ", model.Outputs)}"));
}
