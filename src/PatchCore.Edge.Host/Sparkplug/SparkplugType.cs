namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>Types of metrics that are used here, by their number in Sparkplug B.</summary>
internal enum SparkplugType
{
    Int32 = 3,
    Int64 = 4,
    Float = 9,
    Double = 10,
    Boolean = 11,
    String = 12,

    /// <summary>Unix milliseconds.</summary>
    DateTime = 13,
}
