using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Host.Commands;

/// <summary>
/// <c>bundle verify</c>: whether a bundle is whole, and scores here as it did where it was trained; and the commands
/// beside it.
/// </summary>
internal static class BundleCommand
{
    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("BUNDLE") { Description = "Model bundle" };
        var filesOnly = new Option<bool>("--files-only")
        {
            Description = "Check the files, not the scores of the golden images",
        };
        var providers = new ProviderOptions();
        var verify = new Command("verify", "Check every file of a model bundle and re-score its golden images here")
        {
            directory, filesOnly,
        };
        providers.AddTo(verify);
        verify.SetAction(parsed =>
        {
            var path = parsed.GetValue(directory)!.FullName;
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(filesOnly))
            {
                Print(Bundle.Open(path), output);
                return ExitCode.Ok;
            }
            using var model = InspectionModel.Load(path, providers.Read(parsed));
            Print(model.Bundle, output);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"golden      {model.Bundle.Manifest.GoldenImages.Length} images score here "
                    + $"({model.Session.Provider}) as at training"));
            return ExitCode.Ok;
        });
        return new Command("bundle", "Model bundles and their versions")
        {
            BundleVersionCommands.CreateList(), verify, BundleVersionCommands.CreateRollback(), BundleDiffCommand.Create(),
        };
    }

    private static void Print(Bundle bundle, TextWriter output)
    {
        var m = bundle.Manifest;
        var (image, embedding, coreset, calibration) = (m.Preprocessing, m.Embedding, m.Coreset, m.Calibration);
        var (files, index) = (m.Files.Count, m.Index.Kind);
        var grid = $"{embedding.GridWidth}x{embedding.GridHeight}";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            bundle      {m.Id}, whole ({files} files), format {m.FormatVersion}, made by {m.Version} on {m.CreatedAt:u}
            backbone    {m.Backbone.Name}, layers {string.Join(", ", embedding.Layers)}
            images      {image.Width}x{image.Height}, grid {grid}, {embedding.Dimension} dimensions
            bank        {coreset.Count} of {coreset.Patches} patches of {coreset.Frames} good frames, index {index}
            threshold   {calibration.Threshold:G5} ({calibration.Method}, {calibration.HeldOutFrames} frames held out)
            """));
    }
}
