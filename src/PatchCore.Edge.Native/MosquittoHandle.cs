using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// One <c>struct mosquitto</c> and the GCHandle that its callbacks receive. Every call holds the handle, so the native
/// client is destroyed only after the network thread has left the library.
/// </summary>
internal sealed class MosquittoHandle : SafeHandle
{
    private GCHandle _owner;

    private MosquittoHandle(object owner)
        : base(0, ownsHandle: true)
    {
        _owner = GCHandle.Alloc(owner, GCHandleType.Weak);
    }

    public override bool IsInvalid => handle == 0;

    internal static MosquittoHandle Create(string? clientId, bool cleanSession, object owner)
    {
        var created = new MosquittoHandle(owner);
        created.SetHandle(
            MosquittoMethods.mosquitto_new(clientId, cleanSession, GCHandle.ToIntPtr(created._owner)));
        if (created.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            created.Dispose();
            throw new MosquittoException("mosquitto_new", -1, $"the client '{clientId}' could not be made: {error}");
        }
        return created;
    }

    protected override bool ReleaseHandle()
    {
        MosquittoMethods.mosquitto_destroy(handle);
        _owner.Free();
        return true;
    }
}
