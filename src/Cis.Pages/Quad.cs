namespace Cis.Pages;

/// <summary>A point in page pixels; x to the right, y downwards, the origin at the page's top left corner.</summary>
public readonly record struct PagePoint(float X, float Y)
{
    /// <summary>The distance to another point, in pixels.</summary>
    public float DistanceTo(PagePoint other) => MathF.Sqrt(SquaredDistanceTo(other));

    private float SquaredDistanceTo(PagePoint other)
    {
        float dx = X - other.X;
        float dy = Y - other.Y;
        return dx * dx + dy * dy;
    }
}

/// <summary>
/// The four corners of a line or word in page pixels, clockwise from the corner where its first glyph's top left is:
/// for upright text <see cref="TopLeft"/> is the box's top left, for a page that lies on its side it is not.
/// </summary>
public readonly record struct Quad(PagePoint TopLeft, PagePoint TopRight, PagePoint BottomRight, PagePoint BottomLeft)
{
    /// <summary>The smallest x of the four corners.</summary>
    public float Left => MathF.Min(MathF.Min(TopLeft.X, TopRight.X), MathF.Min(BottomRight.X, BottomLeft.X));

    /// <summary>The largest x of the four corners.</summary>
    public float Right => MathF.Max(MathF.Max(TopLeft.X, TopRight.X), MathF.Max(BottomRight.X, BottomLeft.X));

    /// <summary>The smallest y of the four corners.</summary>
    public float Top => MathF.Min(MathF.Min(TopLeft.Y, TopRight.Y), MathF.Min(BottomRight.Y, BottomLeft.Y));

    /// <summary>The largest y of the four corners.</summary>
    public float Bottom => MathF.Max(MathF.Max(TopLeft.Y, TopRight.Y), MathF.Max(BottomRight.Y, BottomLeft.Y));

    /// <summary>Along the text, in pixels: the longer of the two edges that run with it.</summary>
    public float Width => MathF.Max(TopLeft.DistanceTo(TopRight), BottomLeft.DistanceTo(BottomRight));

    /// <summary>Across the text, in pixels: the longer of the two edges that run across it.</summary>
    public float Height => MathF.Max(TopLeft.DistanceTo(BottomLeft), TopRight.DistanceTo(BottomRight));

    /// <summary>An upright rectangle's corners.</summary>
    public static Quad FromRectangle(float left, float top, float right, float bottom) =>
        new(new(left, top), new(right, top), new(right, bottom), new(left, bottom));
}
