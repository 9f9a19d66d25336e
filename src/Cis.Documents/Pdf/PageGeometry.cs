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
    private readonly double _perWidth;
    private readonly double _perHeight;

    private PageGeometry(FsRect box, int quarterTurns, int width, int height, double dpi)
    {
        _box = box;
        (QuarterTurns, Width, Height, Dpi) = (quarterTurns, width, height, dpi);
        // The box as a unit square; divided once, for every glyph asks.
        (_perWidth, _perHeight) = (1 / Math.Max(1.0, box.Right - box.Left), 1 / Math.Max(1.0, box.Top - box.Bottom));
    }

    /// <summary>Clockwise quarter turns of /Rotate, 0 to 3.</summary>
    internal int QuarterTurns { get; }

    /// <summary>Width of the rendered page in pixels.</summary>
    internal int Width { get; }

    /// <summary>Height of the rendered page in pixels.</summary>
    internal int Height { get; }

    /// <summary>Dots per inch it comes to.</summary>
    internal double Dpi { get; }

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

    /// <summary>The page without text.</summary>
    internal PageText Empty() => new(TextSource.TextLayer, Width, Height, 0, "", [], []);

    /// <summary>The same page in fewer pixels.</summary>
    internal PageGeometry At(double dpi) =>
        Of(_box, QuarterTurns, Math.Min(dpi, Dpi), Math.Max(1, (long)Width * Height));

    /// <summary>Page units to pixels.</summary>
    internal PagePoint ToPixels(double x, double y)
    {
        // The box as a unit square, turned clockwise, y downwards.
        double u = (x - _box.Left) * _perWidth;
        double v = (_box.Top - y) * _perHeight;
        if (QuarterTurns != 0)
        {
            (u, v) = Turn(u, v);
        }

        return new PagePoint((float)(u * Width), (float)(v * Height));
    }

    private (double U, double V) Turn(double u, double v) =>
        QuarterTurns switch
        {
            1 => (1 - v, u),
            2 => (1 - u, 1 - v),
            _ => (v, 1 - u),
        };

    /// <summary>The upright pixel rectangle of a rectangle in page units.</summary>
    internal PageRectangle ToPixels(FsRect box)
    {
        PagePoint a = ToPixels(box.Left, box.Top);
        PagePoint b = ToPixels(box.Right, box.Bottom);
        return new PageRectangle(a.X, a.Y, a.X, a.Y).Union(new PageRectangle(b.X, b.Y, b.X, b.Y));
    }
}

/// <summary>An upright rectangle in page pixels.</summary>
internal readonly record struct PageRectangle(float Left, float Top, float Right, float Bottom)
{
    internal float Width => Right - Left;

    internal float Height => Bottom - Top;

    // An instruction each, where MathF.Min takes ten: this is called for each glyph. What is not a number is left out by
    // TextLayer.IsOnPage.
    internal PageRectangle Union(in PageRectangle other) =>
        new(
            float.MinNative(other.Left, Left),
            float.MinNative(other.Top, Top),
            float.MaxNative(other.Right, Right),
            float.MaxNative(other.Bottom, Bottom)
        );
}
