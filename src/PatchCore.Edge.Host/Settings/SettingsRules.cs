using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Settings;

/// <summary>What no schema can say: keys that need each other, and files that must be there.</summary>
internal static class SettingsRules
{
    internal static IReadOnlyList<string> Check(EdgeSettings settings)
    {
        var errors = new List<string>();
        MqttRules.Check(settings.Mqtt, errors);
        CheckExecution(settings.Execution, errors);
        if (settings.Recipes.Folder is { } folder && !Directory.Exists(folder))
            errors.Add($"Recipes:Folder found no folder {folder}");
        if (settings.Archive is { } archive)
            CheckArchive(archive, errors);
        CheckBank(settings, errors);
        if (settings.Sparkplug?.Folder is { } kept && File.Exists(kept))
            errors.Add($"Sparkplug:Folder found the file {kept}, expected a folder, or nothing there");
        foreach (var (name, camera) in settings.Cameras)
        {
            CheckRecipe($"Cameras:{name}", camera, settings.Recipes.Folder, errors);
            CheckTrigger($"Cameras:{name}:Trigger", camera.Trigger, errors);
            CheckCommands($"Cameras:{name}:Trigger:Kind", camera.Trigger, settings.Commands, errors);
            if (camera.Plc.Handshake.Enabled && camera.Trigger.Kind != TriggerKind.Command)
            {
                errors.Add($"Cameras:{name}:Plc:Handshake:Enabled is true, expected it with "
                    + $"Cameras:{name}:Trigger:Kind command alone");
            }

            SourceRules.Check($"Cameras:{name}:Source", camera.Source, errors);
            HeatmapRules.Check($"Cameras:{name}:Heatmap", camera.Heatmap, settings.Mqtt, errors);
            errors.AddRange(camera.Drift.ToOptions().Faults().Select(fault => $"Cameras:{name}:Drift:{fault}"));
        }

        return errors;
    }

    /// <summary>What is wrong with the cameras' sources alone, for a station that has no bundle yet.</summary>
    internal static IReadOnlyList<string> CheckSources(EdgeSettings settings)
    {
        var errors = new List<string>();
        foreach (var (name, camera) in settings.Cameras)
            SourceRules.Check($"Cameras:{name}:Source", camera.Source, errors);
        return errors;
    }

    internal static void NeedFile(string key, string? path, List<string> errors)
    {
        if (path is not null && !File.Exists(path))
            errors.Add($"{key} found no file {path}");
    }

    private static void CheckExecution(ExecutionSettings execution, List<string> errors)
    {
        NeedFile("Execution:NativeLibrary", execution.NativeLibrary, errors);
        if (!string.IsNullOrEmpty(execution.RequiredProvider)
            && !execution.Providers.Contains(execution.RequiredProvider, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"Execution:RequiredProvider found '{execution.RequiredProvider}', "
                + $"expected one of Execution:Providers ({string.Join(", ", execution.Providers)})");
        }
    }

    private static void CheckArchive(ArchiveSettings archive, List<string> errors)
    {
        if (File.Exists(archive.Path))
            errors.Add($"Archive:Path found the file {archive.Path}, expected a folder, or nothing there");
        if (archive is { Pass: 0, Fail: false, Error: false })
        {
            errors.Add("Archive keeps nothing: Pass is 0, Fail and Error are false; "
                + "expected one of them, or no Archive");
        }
    }

    private static void CheckBank(EdgeSettings settings, List<string> errors)
    {
        if (settings.Commands is not { Enabled: true, Bank: true })
            return;
        if (settings.Archive is null)
            errors.Add("Commands:Bank is true, but Archive is missing: no picture could be confirmed");
        else if (settings.Archive.Format != PictureFormat.Png)
            errors.Add("Commands:Bank is true, but Archive:Format is jpeg, expected png, which loses nothing");
    }

    private static void CheckRecipe(string key, CameraSettings camera, string? folder, List<string> errors)
    {
        if (camera.Recipe is { } recipe)
        {
            if (camera.Bundle is not null)
                errors.Add($"{key}:Bundle and {key}:Recipe are both set, expected one of them");
            if (camera.Threshold is not null)
                errors.Add($"{key}:Threshold is set, expected it in the recipe {recipe}");
            if (folder is null)
                errors.Add($"Recipes:Folder is missing, expected the folder with the recipe {recipe} of {key}:Recipe");
            else
                NeedFile($"{key}:Recipe", Path.Combine(folder, recipe + ".json"), errors);
        }
        else if (camera.Bundle is null)
        {
            errors.Add($"{key}:Bundle is missing, expected a folder of a model bundle, or {key}:Recipe");
        }
        else if (!Directory.Exists(camera.Bundle))
        {
            errors.Add(
                $"{key}:Bundle found no folder {camera.Bundle}, expected a model bundle "
                    + "(made by: patchcore-edge train)");
        }
    }

    private static void CheckCommands(
        string key, TriggerSettings trigger, CommandsSettings commands, List<string> errors)
    {
        if (trigger.Kind != TriggerKind.Command || commands is { Enabled: true, Trigger: true })
            return;
        var forbidden = commands.Enabled ? "Commands:Trigger" : "Commands:Enabled";
        errors.Add($"{key} is command, but {forbidden} is false: nothing would be inspected, expected true");
    }

    private static void CheckTrigger(string key, TriggerSettings trigger, List<string> errors)
    {
        if (trigger.Region is not ([] or [_, _, > 0, > 0]))
        {
            errors.Add($"{key}:Region found [{string.Join(", ", trigger.Region)}], "
                + "expected x, y, width and height with a width and a height above 0");
        }

        NeedFile($"{key}:Background", trigger.Background, errors);
    }
}
