namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>The station at one moment.</summary>
/// <param name="Bundle">Ids of the bundles in use.</param>
/// <param name="Providers">Execution providers that are used.</param>
/// <param name="Alarms">Alarms that last.</param>
/// <param name="Waiting">Messages of all kinds that the broker does not have yet.</param>
internal readonly record struct NodeReading(string? Bundle, string Providers, int Alarms, int Waiting)
{
    /// <summary>Processor time of the process since the reading before, as a share of all processors.</summary>
    public double Cpu { get; init; }

    /// <summary>Physical memory of the process.</summary>
    public long MemoryBytes { get; init; }
}
