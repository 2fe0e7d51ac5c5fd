using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>What the library calls, on the network thread.</summary>
public sealed unsafe partial class MosquittoClient
{
    /// <summary>Reason codes from here on are failures (MQTT 5, section 2.4).</summary>
    private const int FirstFailure = 0x80;

    private static MosquittoClient? Owner(nint userData) => GCHandle.FromIntPtr(userData).Target as MosquittoClient;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnect(nint client, nint userData, int reasonCode, int flags, nint properties) =>
        Owner(userData)?.Connected(reasonCode);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDisconnect(nint client, nint userData, int reasonCode, nint properties)
    {
        if (Owner(userData) is { } owner)
            owner._connected = false;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPublish(nint client, nint userData, int messageId, int reasonCode, nint properties) =>
        Owner(userData)?.Published(messageId, reasonCode);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(
        nint client, nint userData, MosquittoMethods.NativeMessage* message, nint properties) =>
        Owner(userData)?.Received(message, properties);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSubscribe(
        nint client, nint userData, int messageId, int count, int* granted, nint properties) =>
        Owner(userData)?.Granted(messageId, count > 0 ? granted[0] : FirstFailure);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, nint userData, int level, byte* text)
    {
        if ((level & (MosquittoMethods.LogError | MosquittoMethods.LogWarning)) == 0
            || Owner(userData) is not { } owner)
        {
            return;
        }
        owner.Raise(owner.Problem, Marshal.PtrToStringUTF8((nint)text) ?? "");
    }

    private void Connected(int reasonCode)
    {
        if (reasonCode != 0)
        {
            var reason = HasProperties
                ? MosquittoException.DescribeReason(reasonCode)
                : MosquittoException.DescribeRefusal(reasonCode);
            Raise(Problem, $"the broker refused the connection: {reason}");
            return;
        }
        _reconnectDelay = _options.MinReconnectDelay;
        lock (_gate)
        {
            _connected = true;
            foreach (var (filter, qos) in _subscriptions)
                SendSubscription(filter, qos);
        }
        Raise(ConnectionChanged, new MosquittoConnection(true, "connected"));
    }

    private void Published(int messageId, int reasonCode)
    {
        lock (_gate)
        {
            _outstanding.Remove(messageId);
            Monitor.PulseAll(_gate);
        }
        Raise(PublishCompleted, new MosquittoReceipt(
            messageId, reasonCode >= FirstFailure ? MosquittoException.DescribeReason(reasonCode) : null));
    }

    private void Received(MosquittoMethods.NativeMessage* message, nint properties)
    {
        if (MessageReceived is not { } handlers)
            return;
        var payload = new ReadOnlySpan<byte>(message->Payload, message->PayloadLength).ToArray();
        var topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? "";
        Raise(handlers, new MosquittoMessage(topic, payload, message->Qos, message->Retain != 0,
            MosquittoProperties.ReadExpiry(properties), MosquittoProperties.ReadContentType(properties),
            MosquittoProperties.ReadCorrelation(properties), MosquittoProperties.ReadResponseTopic(properties))
        {
            UserProperties = MosquittoProperties.ReadUserProperties(properties),
        });
    }

    private void Granted(int messageId, int granted)
    {
        TaskCompletionSource? waiting = null;
        string? filter;
        lock (_gate)
        {
            if (_pendingSubscriptions.Remove(messageId, out filter))
                _subscribed.TryGetValue(filter, out waiting);
        }
        if (granted < FirstFailure)
        {
            waiting?.TrySetResult();
            return;
        }
        var refused = Refused(filter ?? "", granted, MosquittoException.DescribeReason(granted));
        waiting?.TrySetException(refused);
        Raise(Problem, refused.Message);
    }
}
