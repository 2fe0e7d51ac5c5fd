namespace PatchCore.Edge.Native;

/// <summary>Counts since the camera was started.</summary>
/// <param name="Completed">Pictures that arrived whole.</param>
/// <param name="Failed">Pictures that did not.</param>
/// <param name="Underruns">Pictures for which no buffer was free.</param>
/// <param name="ResentPackets">Packets that were asked for again and came (GigE Vision).</param>
/// <param name="MissingPackets">Packets that never came (GigE Vision).</param>
public readonly record struct GenicamStatistics(
    ulong Completed, ulong Failed, ulong Underruns, ulong ResentPackets, ulong MissingPackets);
