using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>A rectangle at any angle.</summary>
/// <param name="Center">Its middle.</param>
/// <param name="AxisX">The x of the unit vector along <paramref name="Width"/>.</param>
/// <param name="AxisY">The y of the same; the other side runs along (-AxisY, AxisX).</param>
/// <param name="Width">The side along the axis.</param>
/// <param name="Height">The side across it.</param>
internal readonly record struct RotatedRectangle(PagePoint Center, float AxisX, float AxisY, float Width, float Height)
{
    /// <summary>The shorter side.</summary>
    public float ShorterSide => MathF.Min(Width, Height);

    /// <summary>Moves every side outwards.</summary>
    public RotatedRectangle Grow(float distance) =>
        this with
        {
            Width = Width + 2 * distance,
            Height = Height + 2 * distance,
        };

    /// <summary>
    /// The corners, clockwise, from the one that is top left when the axis is within 45 degrees of pointing right.
    /// </summary>
    public Quad ToQuad()
    {
        float alongX = AxisX * Width / 2;
        float alongY = AxisY * Width / 2;
        float acrossX = -AxisY * Height / 2;
        float acrossY = AxisX * Height / 2;
        return new Quad(
            new(Center.X - alongX - acrossX, Center.Y - alongY - acrossY),
            new(Center.X + alongX - acrossX, Center.Y + alongY - acrossY),
            new(Center.X + alongX + acrossX, Center.Y + alongY + acrossY),
            new(Center.X - alongX + acrossX, Center.Y - alongY + acrossY)
        );
    }

    /// <summary>The same rectangle with its axis within 45 degrees of pointing right.</summary>
    public RotatedRectangle Upright()
    {
        RotatedRectangle rectangle = this;
        while (!(rectangle.AxisX > 0 && MathF.Abs(rectangle.AxisY) <= rectangle.AxisX))
        {
            rectangle = new(rectangle.Center, -rectangle.AxisY, rectangle.AxisX, rectangle.Height, rectangle.Width);
        }

        return rectangle;
    }
}
