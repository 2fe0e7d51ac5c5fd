namespace PatchCore.Edge.Cameras;

/// <summary>Brightness of a spot (0 to 255) and the factors that color it.</summary>
internal struct SimulatedTone
{
    public float Luma;
    public float Blue;
    public float Green;
    public float Red;

    public void Tint(float blue, float green, float red, float amount)
    {
        Blue += amount * (blue - Blue);
        Green += amount * (green - Green);
        Red += amount * (red - Red);
    }

    /// <summary>Goes the given share (0 to 1) of the way to another tone.</summary>
    public void Mix(in SimulatedTone other, float share)
    {
        Luma += share * (other.Luma - Luma);
        Tint(other.Blue, other.Green, other.Red, share);
    }
}
