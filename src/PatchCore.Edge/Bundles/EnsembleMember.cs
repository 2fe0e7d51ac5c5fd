namespace PatchCore.Edge.Bundles;

/// <summary>One network of an ensemble.</summary>
public sealed record EnsembleMember
{
    public required BackboneInfo Backbone { get; init; }

    /// <summary>Its tensors.</summary>
    public required string[] Layers { get; init; }

    /// <summary>Pixels of the image that it sees.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels of the image that it sees.</summary>
    public required int Height { get; init; }

    /// <summary>Values of a patch that are its own, before any whitening.</summary>
    public required int Dimension { get; init; }

    /// <summary>What its values are multiplied by, so that all members count alike.</summary>
    public required float Weight { get; init; }
}
