using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>One step of how a bundle came to be.</summary>
public sealed record ProvenanceInfo
{
    /// <summary>Trained from good frames.</summary>
    public const string Train = "train";

    /// <summary>The threshold set anew.</summary>
    public const string Calibrate = "calibrate";

    /// <summary>Good frames added to the memory bank.</summary>
    public const string Add = "add";

    /// <summary>One of the above.</summary>
    public required string Operation { get; init; }

    /// <summary>Id of the bundle that it was done to; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>For people: what was taken, from where, and how many.</summary>
    public required string What { get; init; }
}
