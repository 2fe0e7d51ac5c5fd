using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>The MQTT 5 properties that this product sends and reads.</summary>
internal static unsafe class MosquittoProperties
{
    /// <summary>Returns a list that the caller frees, or 0 when the delivery needs none.</summary>
    internal static nint Create(in MosquittoDelivery delivery)
    {
        nint list = 0;
        if (delivery.Expiry is { } expiry)
        {
            var seconds = (uint)Math.Clamp(Math.Ceiling(expiry.TotalSeconds), 1, uint.MaxValue);
            Check(MosquittoMethods.mosquitto_property_add_int32(
                ref list, MosquittoMethods.ExpiryProperty, seconds), ref list);
        }
        Add(ref list, MosquittoMethods.ContentTypeProperty, delivery.ContentType);
        Add(ref list, MosquittoMethods.ResponseTopicProperty, delivery.ResponseTopic);
        if (delivery.Correlation is { } correlation)
        {
            fixed (byte* value = correlation.Bytes)
            {
                Check(MosquittoMethods.mosquitto_property_add_binary(
                    ref list, MosquittoMethods.CorrelationProperty, value, (ushort)correlation.Length), ref list);
            }
        }
        AddUserProperties(ref list, delivery.UserProperties);
        return list;
    }

    /// <summary>Of a last will.</summary>
    internal static nint Create(MosquittoWill will)
    {
        var list = Create(will.Delivery);
        if (will.Delay > TimeSpan.Zero)
            AddSeconds(ref list, MosquittoMethods.WillDelayProperty, will.Delay);
        return list;
    }

    /// <summary>Of a connection or its end.</summary>
    internal static nint Create(TimeSpan sessionExpiry)
    {
        nint list = 0;
        AddSeconds(ref list, MosquittoMethods.SessionExpiryProperty, sessionExpiry);
        return list;
    }

    internal static void Free(nint list)
    {
        if (list != 0)
            MosquittoMethods.mosquitto_property_free_all(ref list);
    }

    internal static TimeSpan? ReadExpiry(nint list) =>
        list != 0 && MosquittoMethods.mosquitto_property_read_int32(
            list, MosquittoMethods.ExpiryProperty, out var seconds, false) != 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    internal static string? ReadContentType(nint list) => ReadText(list, MosquittoMethods.ContentTypeProperty);

    internal static string? ReadResponseTopic(nint list) => ReadText(list, MosquittoMethods.ResponseTopicProperty);

    internal static CorrelationData? ReadCorrelation(nint list)
    {
        if (list == 0 || MosquittoMethods.mosquitto_property_read_binary(list, MosquittoMethods.CorrelationProperty,
            out var value, out var length, false) == 0)
        {
            return null;
        }
        var correlation = new CorrelationData(new ReadOnlySpan<byte>(value, length));
        NativeMemory.Free(value);
        return correlation;
    }

    internal static IReadOnlyList<MosquittoUserProperty> ReadUserProperties(nint list)
    {
        if (list == 0)
            return [];
        List<MosquittoUserProperty>? found = null;
        var at = list;
        while ((at = MosquittoMethods.mosquitto_property_read_string_pair(
            at, MosquittoMethods.UserProperty, out var name, out var value, skipFirst: found is not null)) != 0)
        {
            found ??= [];
            found.Add(new(Marshal.PtrToStringUTF8((nint)name) ?? "", Marshal.PtrToStringUTF8((nint)value) ?? ""));
            NativeMemory.Free(name);
            NativeMemory.Free(value);
        }
        return found ?? [];
    }

    private static string? ReadText(nint list, int property)
    {
        if (list == 0
            || MosquittoMethods.mosquitto_property_read_string(list, property, out var value, false) == 0)
        {
            return null;
        }
        var text = Marshal.PtrToStringUTF8((nint)value);
        NativeMemory.Free(value);
        return text;
    }

    private static void AddUserProperties(ref nint list, IReadOnlyList<MosquittoUserProperty>? properties)
    {
        for (var i = 0; i < properties?.Count; i++)
        {
            Check(MosquittoMethods.mosquitto_property_add_string_pair(
                ref list, MosquittoMethods.UserProperty, properties[i].Name, properties[i].Value), ref list);
        }
    }

    private static void Add(ref nint list, int property, string? value)
    {
        if (value is not null)
            Check(MosquittoMethods.mosquitto_property_add_string(ref list, property, value), ref list);
    }

    private static void AddSeconds(ref nint list, int property, TimeSpan value) =>
        Check(MosquittoMethods.mosquitto_property_add_int32(ref list, property, (uint)value.TotalSeconds), ref list);

    private static void Check(int code, ref nint list)
    {
        if (code == 0)
            return;
        Free(list);
        throw new MosquittoException("mosquitto_property_add", code, MosquittoException.Describe(code));
    }
}
