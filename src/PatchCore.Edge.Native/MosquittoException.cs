using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// A call of libmosquitto failed. <see cref="Function"/> is its C name, <see cref="Code"/> its MOSQ_ERR or reason
/// code.
/// </summary>
public sealed class MosquittoException(string function, int code, string reason)
    : Exception($"{function}: {reason} (code {code})")
{
    private const int SystemError = 14;

    public string Function { get; } = function;

    public int Code { get; } = code;

    internal static void ThrowIfFailed(int code, string function)
    {
        if (code != 0)
            throw new MosquittoException(function, code, Describe(code));
    }

    /// <summary>A MOSQ_ERR code in words; for a system error, the words of errno.</summary>
    internal static string Describe(int code) => code == SystemError
        ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())
        : Text(MosquittoMethods.mosquitto_strerror(code));

    /// <summary>An MQTT 5 reason code (0..255) in words.</summary>
    internal static string DescribeReason(int reasonCode) => Text(MosquittoMethods.mosquitto_reason_string(reasonCode));

    /// <summary>Why a broker refused a connection of MQTT 3.1.1, in words.</summary>
    internal static string DescribeRefusal(int code) => Text(MosquittoMethods.mosquitto_connack_string(code));

    private static string Text(nint text) => (Marshal.PtrToStringUTF8(text) ?? "unknown").TrimEnd('.', ' ');
}
