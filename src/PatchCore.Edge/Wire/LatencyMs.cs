namespace PatchCore.Edge.Wire;

/// <summary>
/// Where the time of one result went, in milliseconds; null where a stage did not run or was not measured apart.
/// </summary>
/// <param name="Queue">From capture to the start of the inspection.</param>
/// <param name="Convert">Frame to image tensor.</param>
/// <param name="Embed">Image tensor to embedding.</param>
/// <param name="Search">Embedding to neighbors.</param>
/// <param name="Score">Neighbors to image score; with the search, when that was not measured apart.</param>
/// <param name="Total">From capture, or from the trigger that named the part, to the verdict.</param>
/// <param name="Capture">Receiving and decoding the picture, before the capture was complete.</param>
public readonly record struct LatencyMs(
    double? Queue = null, double? Convert = null, double? Embed = null,
    double? Search = null, double? Score = null, double? Total = null, double? Capture = null);
