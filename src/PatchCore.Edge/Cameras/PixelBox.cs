namespace PatchCore.Edge.Cameras;

/// <summary>A rectangle of pixels; X and Y are its first column and row.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height)
{
    public bool Contains(int x, int y) => x >= X && y >= Y && x < X + Width && y < Y + Height;
}
