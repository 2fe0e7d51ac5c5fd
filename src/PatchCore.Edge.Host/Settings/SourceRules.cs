using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>What a source needs beyond the schema.</summary>
internal static class SourceRules
{
    internal static void Check(string key, SourceSettings source, List<string> errors)
    {
        if (source.Kind is SourceKind.Folder or SourceKind.Video && source.Path is null)
        {
            errors.Add(
                $"{key}:Path is missing, expected a path for a source of kind "
                    + $"{source.Kind.ToString().ToLowerInvariant()}");
        }
        if (source.Kind == SourceKind.Video)
            SettingsRules.NeedFile($"{key}:Path", source.Path, errors);
        if (source.Kind == SourceKind.Folder && source.Path is not null && !Directory.Exists(source.Path))
            errors.Add($"{key}:Path found no folder {source.Path}");
        CheckFolder(key, source, errors);
        if (source.Kind == SourceKind.Genicam)
            CheckGenicam($"{key}:Genicam", source.Genicam, errors);
        StreamRules.Check(key, source, errors);
    }

    private static void CheckGenicam(string key, GenicamSettings camera, List<string> errors)
    {
        if (camera.TriggerActivation is { } activation && !camera.IsTriggeredBySignal)
        {
            errors.Add(
                $"{key}:TriggerActivation found '{activation}' with Trigger '{camera.Trigger}', "
                    + "expected none, or a Trigger that is a signal (Line0, …)");
        }
    }

    private static void CheckFolder(string key, SourceSettings source, List<string> errors)
    {
        var folder = source.Folder;
        if (folder.Watch && source.Kind != SourceKind.Folder)
            errors.Add($"{key}:Folder:Watch is true, expected it with {key}:Kind folder alone");
        if (folder.Watch && source.Loop)
            errors.Add($"{key}:Loop is true, expected false: a folder that is watched has no end");
        if (!folder.Watch && (folder.TakeExisting || folder.Afterwards != FolderAfterwards.Keep))
            errors.Add($"{key}:Folder:TakeExisting and Afterwards expect {key}:Folder:Watch true");
        if (folder.Afterwards == FolderAfterwards.Move
            && (folder.MoveTo is null
                || folder.MoveTo.TrimEnd(Path.DirectorySeparatorChar)
                    == source.Path?.TrimEnd(Path.DirectorySeparatorChar)))
        {
            errors.Add(
                $"{key}:Folder:MoveTo found '{folder.MoveTo}', expected a folder for files that were read, "
                    + "other than Path");
        }
    }
}
