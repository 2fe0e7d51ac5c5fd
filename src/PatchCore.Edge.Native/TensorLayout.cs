using System.Numerics;
using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>How a picture becomes an image tensor; <c>TensorLayout</c> in the shim is its twin.</summary>
/// <param name="Width">Pixels of the tensor's rows.</param>
/// <param name="Height">Rows of the tensor.</param>
/// <param name="Order">Which channel is the first plane.</param>
/// <param name="Scale">Multiplies the pixel values 0..255 before the mean is taken away.</param>
/// <param name="Mean">By plane, taken away from the scaled value.</param>
/// <param name="Std">By plane, divides the result; positive.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TensorLayout(
    int Width, int Height, ChannelOrder Order, float Scale, Vector3 Mean, Vector3 Std);

public enum ChannelOrder
{
    Bgr = 0,
    Rgb = 1,
}
