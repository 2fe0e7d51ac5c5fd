using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// libmosquitto 2, as its header names it. Strings are UTF-8; properties are linked lists owned by the library.
/// </summary>
internal static unsafe partial class MosquittoMethods
{
    internal const string Library = "libmosquitto.so.1";

    internal const int ProtocolVersionOption = 1;
    internal const int TcpNoDelayOption = 11;
    internal const int ProtocolVersion311 = 4;
    internal const int ProtocolVersion5 = 5;
    internal const int RetainAsPublished = 0x08;
    internal const int VerifyPeer = 1;

    internal const int ExpiryProperty = 2;
    internal const int ContentTypeProperty = 3;
    internal const int ResponseTopicProperty = 8;
    internal const int CorrelationProperty = 9;
    internal const int SessionExpiryProperty = 17;
    internal const int WillDelayProperty = 24;
    internal const int UserProperty = 38;

    internal const int LogWarning = 1 << 2;
    internal const int LogError = 1 << 3;

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_lib_init();

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_lib_version(out int major, out int minor, out int revision);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_new(
        string? id, [MarshalAs(UnmanagedType.U1)] bool cleanSession, nint userData);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_destroy(nint client);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_int_option(MosquittoHandle client, int option, int value);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_threaded_set(
        MosquittoHandle client, [MarshalAs(UnmanagedType.U1)] bool threaded);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_username_pw_set(MosquittoHandle client, string? username, string? password);

    /// <summary>
    /// payload: payloadLength bytes, copied. properties: owned by the library when the call succeeds.
    /// </summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_will_set_v5(
        MosquittoHandle client, string topic, int payloadLength, byte* payload,
        int qos, [MarshalAs(UnmanagedType.U1)] bool retain, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_tls_set(
        MosquittoHandle client, string? caFile, string? caPath, string? certificateFile,
        string? keyFile, nint passwordCallback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_tls_opts_set(
        MosquittoHandle client, int verify, string? tlsVersion, string? ciphers);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_tls_insecure_set(
        MosquittoHandle client, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_connect_async(
        MosquittoHandle client, string host, int port, int keepAliveSeconds);

    /// <summary>
    /// Waits for the network. properties: copied, also for other connects, and stay the caller's; the host is looked at
    /// after that.
    /// </summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_connect_bind_v5(
        MosquittoHandle client, string? host, int port, int keepAliveSeconds, string? bindAddress, nint properties);

    [LibraryImport(Library, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_reconnect_async(MosquittoHandle client);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_disconnect_v5(MosquittoHandle client, int reasonCode, nint properties);

    [LibraryImport(Library, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_loop(MosquittoHandle client, int timeoutMilliseconds, int maxPackets);

    /// <summary>payload: payloadLength bytes, copied before the call returns. properties: stay the caller's.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_publish_v5(
        MosquittoHandle client, out int messageId, string topic, int payloadLength,
        byte* payload, int qos, [MarshalAs(UnmanagedType.U1)] bool retain, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_subscribe_v5(
        MosquittoHandle client, out int messageId, string filter, int qos, int options, nint properties);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_connect_v5_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_disconnect_v5_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_publish_v5_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_message_v5_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, NativeMessage*, nint, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_subscribe_v5_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, int, int, int*, nint, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_log_callback_set(MosquittoHandle client,
        delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void> callback);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_property_add_int32(ref nint properties, int identifier, uint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_property_add_string(ref nint properties, int identifier, string value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_property_add_string_pair(
        ref nint properties, int identifier, string name, string value);

    /// <summary>value: length bytes, copied.</summary>
    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int mosquitto_property_add_binary(
        ref nint properties, int identifier, byte* value, ushort length);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void mosquitto_property_free_all(ref nint properties);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_property_read_int32(nint properties, int identifier, out uint value,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    /// <summary>value: a NUL-terminated copy that the caller frees with the C allocator.</summary>
    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_property_read_string(nint properties, int identifier, out byte* value,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    /// <summary>value: a copy of length bytes that the caller frees with the C allocator.</summary>
    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_property_read_binary(nint properties, int identifier, out byte* value,
        out ushort length, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    /// <summary>
    /// name, value: NUL-terminated copies that the caller frees with the C allocator. Returns where to go on for the
    /// next one, 0 when there is none.
    /// </summary>
    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_property_read_string_pair(nint properties, int identifier, out byte* name,
        out byte* value, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_strerror(int code);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_reason_string(int reasonCode);

    [LibraryImport(Library), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial nint mosquitto_connack_string(int connackCode);

    /// <summary><c>struct mosquitto_message</c>; valid only during the callback.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeMessage
    {
        public int MessageId;
        public byte* Topic;
        public byte* Payload;
        public int PayloadLength;
        public int Qos;
        public byte Retain;
    }
}
