namespace PatchCore.Edge.Wire;

/// <summary>How pictures are encoded.</summary>
public enum PictureFormat
{
    /// <summary>Small.</summary>
    Jpeg,

    /// <summary>Keeps every bit.</summary>
    Png,
}
