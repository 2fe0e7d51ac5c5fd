namespace PatchCore.Edge.Native;

/// <summary>A GigE Vision or USB3 Vision camera, as it introduces itself.</summary>
/// <param name="Id">Vendor, model and serial number: "Aravis-Fake-GV01".</param>
/// <param name="Vendor">Who made it.</param>
/// <param name="Model">Its model.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="Address">IP address, or where it sits on the USB.</param>
/// <param name="Protocol">"GigE Vision" or "USB3 Vision".</param>
public sealed record GenicamDevice(
    string Id, string Vendor, string Model, string Serial, string Address, string Protocol)
{
    /// <summary>Reads a line of the shim: the fields in this order, separated by tabs.</summary>
    internal static GenicamDevice Parse(string line)
    {
        var fields = line.Split('\t');
        var protocol = fields[5].Replace("Vision", " Vision", StringComparison.Ordinal);
        return new GenicamDevice(fields[0], fields[1], fields[2], fields[3], fields[4], protocol);
    }
}
