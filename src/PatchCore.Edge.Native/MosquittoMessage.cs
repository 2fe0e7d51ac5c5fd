namespace PatchCore.Edge.Native;

/// <summary>
/// A received message; the payload is a copy that the receiver owns. Expiry is what was left of the message expiry
/// interval, null without one; ResponseTopic is where the sender wants the answer.
/// </summary>
public sealed record MosquittoMessage(
    string Topic, byte[] Payload, int Qos, bool Retain, TimeSpan? Expiry, string? ContentType,
    CorrelationData? Correlation, string? ResponseTopic = null)
{
    /// <summary>Names and values that the sender added, in its order.</summary>
    public IReadOnlyList<MosquittoUserProperty> UserProperties { get; init; } = [];
}

/// <summary>
/// What became of one publish: written for QoS 0, acknowledged for QoS 1, or refused by the broker with its reason in
/// words; null when it was not.
/// </summary>
public readonly record struct MosquittoReceipt(int Id, string? Refusal);

/// <summary>
/// The connection came up or went away, with the broker's or the library's words for why, and which broker of the list
/// it is, from 0.
/// </summary>
public readonly record struct MosquittoConnection(bool IsConnected, string Reason, int Broker);
