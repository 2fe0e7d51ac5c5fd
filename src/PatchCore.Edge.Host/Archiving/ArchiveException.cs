namespace PatchCore.Edge.Host.Archiving;

/// <summary>There is no room for a frame, and nothing of the archive's own is left to remove.</summary>
internal sealed class ArchiveFullException(string message) : Exception(message);
