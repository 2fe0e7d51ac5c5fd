namespace PatchCore.Edge.Wire;

/// <summary>Where a result's picture and its anomaly map are published apart; see <see cref="LayerEncoder"/>.</summary>
/// <param name="Picture">Topic of the plain picture.</param>
/// <param name="Map">Topic of the map.</param>
public readonly record struct LayerTopics(string Picture, string Map);
