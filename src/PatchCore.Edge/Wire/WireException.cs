namespace PatchCore.Edge.Wire;

/// <summary>
/// A message is not what its schema says, or a name cannot be part of a topic. Names the property or the name.
/// </summary>
public sealed class WireException(string message, Exception? innerException = null)
    : Exception(message, innerException);
