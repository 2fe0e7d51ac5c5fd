namespace PatchCore.Edge.Native;

/// <summary>What reading a stream came to; the values are the shim's.</summary>
public enum StreamRead
{
    /// <summary>The stream is over.</summary>
    Ended = 0,

    /// <summary>A whole picture was written.</summary>
    Picture = 1,

    /// <summary>A picture that was damaged on its way was left out, and the image is empty.</summary>
    Damaged = 2,
}
