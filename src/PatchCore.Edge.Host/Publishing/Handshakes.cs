using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>The handshakes of those cameras that have one.</summary>
internal sealed class Handshakes : IAsyncDisposable
{
    private readonly Dictionary<string, CameraHandshake> _cameras;

    /// <param name="publish">Sets what a topic retains; never waits.</param>
    public Handshakes(
        EdgeSettings settings, Topics topics, Action<string, byte[], MosquittoDelivery> publish, Alarms alarms,
        TimeProvider time) => _cameras = settings.Cameras
        .Where(camera => camera.Value.Plc.Handshake.Enabled)
        .ToDictionary(
            camera => camera.Key,
            camera => new CameraHandshake(
                camera.Key, camera.Value.Plc.Handshake, topics, publish, alarms, time));

    public CameraHandshake? Of(string camera) => _cameras.GetValueOrDefault(camera);

    /// <summary>Says that nothing more will be inspected.</summary>
    public void Stop(string reason)
    {
        foreach (var handshake in _cameras.Values)
            handshake.Stop(reason);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var handshake in _cameras.Values)
            await handshake.DisposeAsync();
    }
}
