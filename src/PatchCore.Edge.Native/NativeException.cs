namespace PatchCore.Edge.Native;

/// <summary>A failure inside the native library, told in its words.</summary>
public sealed class NativeException : Exception
{
    internal NativeException(string function, NativeErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Function = function;
        Code = code;
    }

    /// <summary>The exported function that failed, such as <c>pce_image_read</c>.</summary>
    public string Function { get; }

    public NativeErrorCode Code { get; }
}
