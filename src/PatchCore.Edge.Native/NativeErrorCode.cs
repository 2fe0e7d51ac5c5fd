namespace PatchCore.Edge.Native;

/// <summary>Where a native failure came from; the values are the shim's status codes.</summary>
public enum NativeErrorCode
{
    None = 0,

    /// <summary>An argument that the engines were never shown: a size, a null, a closed handle.</summary>
    Argument = 1,

    /// <summary>A file that is missing, unreadable, damaged or of an unknown format; the message names it.</summary>
    File = 2,
    OpenCv = 3,
    Faiss = 4,
    OutOfMemory = 5,
    Other = 6,

    /// <summary>The native library itself is missing or of another version.</summary>
    Library = 7,
}
