using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// Finds a piece of a reference picture in frames where it is shifted and turned. Finding is safe from several threads.
/// </summary>
public sealed class NativeAligner : SafeHandle
{
    /// <summary>For the interop layer: a handle to nothing. Use <see cref="Create"/>.</summary>
    public NativeAligner()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <param name="reference">8 bits a channel; copied.</param>
    /// <param name="template">The piece of it that is searched, at least 16 × 16 pixels.</param>
    /// <param name="pixels">How far it may be shifted along either axis.</param>
    /// <param name="degrees">How far it may be turned either way.</param>
    /// <exception cref="NativeException">The template is flat or not within the reference.</exception>
    public static NativeAligner Create(
        NativeImage reference, (int X, int Y, int Width, int Height) template, double pixels, double degrees)
    {
        NativeStatus.Check(NativeMethods.pce_aligner_create(
            reference, template.X, template.Y, template.Width, template.Height, pixels, degrees, out var aligner));
        return aligner;
    }

    /// <summary>Finds the part.</summary>
    /// <param name="frame">Of the reference's size, 8 bits a channel.</param>
    /// <param name="pose">Receives six numbers, 2 × 3, row-major: they take points of the reference to points of the
    /// frame, where a pixel's center lies at one half.</param>
    /// <returns>The correlation coefficient there, −1 to 1.</returns>
    public double Find(NativeImage frame, Span<double> pose)
    {
        if (pose.Length != 6)
            throw new ArgumentException($"A pose has 6 numbers, not {pose.Length}.", nameof(pose));
        NativeStatus.Check(NativeMethods.pce_aligner_find(this, frame, pose, out var similarity));
        return similarity;
    }

    /// <summary>
    /// A rectangle of the reference as the frame shows it; what lies outside the frame is the reference's own.
    /// </summary>
    public void Warp(
        NativeImage frame, ReadOnlySpan<double> pose, (int X, int Y, int Width, int Height) piece, NativeImage into)
    {
        if (pose.Length != 6)
            throw new ArgumentException($"A pose has 6 numbers, not {pose.Length}.", nameof(pose));
        NativeStatus.Check(NativeMethods.pce_aligner_warp(
            this, frame, pose, piece.X, piece.Y, piece.Width, piece.Height, into));
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_aligner_free(handle);
        return true;
    }
}
