namespace PatchCore.Edge.Native;

/// <summary>What a feature of a GenICam camera is made of.</summary>
public enum GenicamFeatureKind
{
    WholeNumber,
    Number,
    Boolean,
    Enumeration,
    Text,

    /// <summary>Without a value; it is executed.</summary>
    Command,
}
