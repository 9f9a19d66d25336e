using Cis.Documents.Images;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Where page units (1/72 inch, y upwards, before /Rotate) land in the pixels of the rendered page.
/// </summary>
internal readonly struct PageGeometry
{
    private const double PointsPerInch = 72;

    private readonly FsRect _box;

    private PageGeometry(FsRect box, int quarterTurns, int width, int height, double dpi)
    {
        _box = box;
        (QuarterTurns, Width, Height, Dpi) = (quarterTurns, width, height, dpi);
    }

    /// <summary>Clockwise quarter turns of /Rotate, 0 to 3.</summary>
    internal int QuarterTurns { get; }

    /// <summary>Width of the rendered page in pixels.</summary>
    internal int Width { get; }

    /// <summary>Height of the rendered page in pixels.</summary>
    internal int Height { get; }

    /// <summary>Dots per inch it comes to.</summary>
    internal double Dpi { get; }

    private double BoxWidth => _box.Right - _box.Left;

    private double BoxHeight => _box.Top - _box.Bottom;

    /// <summary>The geometry of a page at the resolution asked for, or less if that is more than the pixels allowed.</summary>
    internal static PageGeometry Of(FsRect box, int quarterTurns, double dpi, long maxPixels)
    {
        double width = Math.Max(1, box.Right - box.Left) / PointsPerInch;
        double height = Math.Max(1, box.Top - box.Bottom) / PointsPerInch;
        if (quarterTurns % 2 == 1)
        {
            (width, height) = (height, width);
        }

        double fitting = Math.Min(Math.Sqrt(maxPixels / (width * height)), PageSize.MaxSide / Math.Max(width, height));
        double actual = Math.Min(dpi, fitting);
        int columns = (int)Math.Clamp(Math.Round(width * actual), 1, maxPixels);
        int rows = (int)Math.Clamp(Math.Round(height * actual), 1, Math.Max(1, maxPixels / columns));
        return new PageGeometry(box, quarterTurns, columns, rows, actual);
    }

    /// <summary>The same page in fewer pixels.</summary>
    internal PageGeometry At(double dpi) =>
        Of(_box, QuarterTurns, Math.Min(dpi, Dpi), Math.Max(1, (long)Width * Height));

    /// <summary>Page units to pixels.</summary>
    internal PagePoint ToPixels(double x, double y)
    {
        // The box as a unit square, turned clockwise, y downwards.
        double u = (x - _box.Left) / Math.Max(1, BoxWidth);
        double v = (_box.Top - y) / Math.Max(1, BoxHeight);
        (u, v) = QuarterTurns switch
        {
            1 => (1 - v, u),
            2 => (1 - u, 1 - v),
            3 => (v, 1 - u),
            _ => (u, v),
        };
        return new PagePoint((float)(u * Width), (float)(v * Height));
    }

    /// <summary>The upright pixel rectangle of a rectangle in page units.</summary>
    internal PixelBox ToPixels(FsRect box)
    {
        PagePoint a = ToPixels(box.Left, box.Top);
        PagePoint b = ToPixels(box.Right, box.Bottom);
        return new PixelBox(MathF.Min(a.X, b.X), MathF.Min(a.Y, b.Y), MathF.Max(a.X, b.X), MathF.Max(a.Y, b.Y));
    }
}

/// <summary>An upright rectangle in page pixels.</summary>
internal readonly record struct PixelBox(float Left, float Top, float Right, float Bottom)
{
    internal float Width => Right - Left;

    internal float Height => Bottom - Top;

    internal PixelBox Union(PixelBox other) =>
        new(
            MathF.Min(Left, other.Left),
            MathF.Min(Top, other.Top),
            MathF.Max(Right, other.Right),
            MathF.Max(Bottom, other.Bottom)
        );
}
