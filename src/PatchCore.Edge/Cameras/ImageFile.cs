using System.Buffers.Binary;

namespace PatchCore.Edge.Cameras;

/// <summary>Tells whether a picture file has been written to its end.</summary>
internal static class ImageFile
{
    // Some writers pad the end; more than this is none.
    private const int TailLength = 64;
    private const int HeadLength = 8;

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8];

    // End of image, ITU-T T.81 B.1.1.3; it cannot occur in the coded data before.
    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    private static ReadOnlySpan<byte> PngStart => [0x89, (byte)'P', (byte)'N', (byte)'G'];

    // The IEND chunk with its checksum, PNG (ISO/IEC 15948) 11.2.5.
    private static ReadOnlySpan<byte> PngEnd =>
        [(byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>
    /// False while the end that a JPEG, PNG or BMP has is not there, or the file is empty or cannot be opened; true for
    /// other formats, which do not tell.
    /// </summary>
    public static bool IsComplete(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            Span<byte> bytes = stackalloc byte[HeadLength + TailLength];
            var head = bytes[..RandomAccess.Read(file, bytes[..HeadLength], 0)];
            var tail = bytes[HeadLength..];
            tail = tail[..RandomAccess.Read(file, tail, Math.Max(0, length - TailLength))];
            if (head.StartsWith(JpegStart))
                return tail.IndexOf(JpegEnd) >= 0;
            if (head.StartsWith(PngStart))
                return tail.IndexOf(PngEnd) >= 0;
            if (head.StartsWith("BM"u8) && head.Length >= 6)
                return length >= BinaryPrimitives.ReadUInt32LittleEndian(head[2..]);
            return length > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
