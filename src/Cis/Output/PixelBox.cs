using Cis.Pages;

namespace Cis.Output;

/// <summary>The upright box around a quad in whole pixels, inside its page.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    internal int Width => Right - Left;

    internal int Height => Bottom - Top;

    internal static PixelBox Union(PixelBox a, PixelBox b) =>
        new(Math.Min(a.Left, b.Left), Math.Min(a.Top, b.Top), Math.Max(a.Right, b.Right), Math.Max(a.Bottom, b.Bottom));

    internal static PixelBox Around(Quad quad, PageText page) =>
        new(
            (int)Math.Clamp(MathF.Floor(quad.Left), 0, page.Width),
            (int)Math.Clamp(MathF.Floor(quad.Top), 0, page.Height),
            (int)Math.Clamp(MathF.Ceiling(quad.Right), 0, page.Width),
            (int)Math.Clamp(MathF.Ceiling(quad.Bottom), 0, page.Height)
        );
}
