namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>The topics of one edge node: the station, with its cameras as devices.</summary>
internal sealed class SparkplugTopics(string group, string node)
{
    private readonly string _prefix = $"spBv1.0/{group}/";

    public string NodeBirth => $"{_prefix}NBIRTH/{node}";

    public string NodeData => $"{_prefix}NDATA/{node}";

    public string NodeDeath => $"{_prefix}NDEATH/{node}";

    /// <summary>What the node is told.</summary>
    public string NodeCommand => $"{_prefix}NCMD/{node}";

    public string DeviceBirth(string camera) => $"{_prefix}DBIRTH/{node}/{camera}";

    public string DeviceData(string camera) => $"{_prefix}DDATA/{node}/{camera}";

    public string DeviceDeath(string camera) => $"{_prefix}DDEATH/{node}/{camera}";

    /// <summary>What a camera is told.</summary>
    public string DeviceCommand(string camera) => $"{_prefix}DCMD/{node}/{camera}";
}
