using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Measures glyphs on the page.</summary>
internal static class InkHeight
{
    // Rows of a line's box that are looked at: a line of 8-point print at 200 dpi has 30.
    private const int Rows = 96;

    private const int Columns = 9;

    // Of the contrast around: what is nearer to the ink than to the paper.
    private const float Ink = 0.5f;

    /// <summary>From the highest to the lowest ink of what stands at a place in a line, as a part of the box's height.</summary>
    /// <param name="page">The page.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="from">Where the glyph begins, as a part of the line's length.</param>
    /// <param name="to">Where it ends.</param>
    public static float Between(PageImage page, Quad box, float from, float to)
    {
        Span<byte> pixels = stackalloc byte[Rows * Columns];
        byte darkest = 255;
        byte brightest = 0;
        for (int column = 0; column < Columns; column++)
        {
            float x = from + (to - from) * (column + 0.5f) / Columns;
            PagePoint top = LineCutter.Between(box.TopLeft, box.TopRight, x);
            PagePoint bottom = LineCutter.Between(box.BottomLeft, box.BottomRight, x);
            for (int row = 0; row < Rows; row++)
            {
                byte pixel = LineCutter.PixelAt(page, LineCutter.Between(top, bottom, (row + 0.5f) / Rows));
                pixels[row * Columns + column] = pixel;
                darkest = Math.Min(darkest, pixel);
                brightest = Math.Max(brightest, pixel);
            }
        }

        return HeightOfInk(pixels, darkest, brightest);
    }

    private static float HeightOfInk(ReadOnlySpan<byte> pixels, byte darkest, byte brightest)
    {
        float limit = darkest + (brightest - darkest) * Ink;
        // The box's corner is paper.
        bool inkIsDark = pixels[0] > limit;
        int first = Rows;
        int last = -1;
        for (int row = 0; row < Rows; row++)
        {
            foreach (byte pixel in pixels.Slice(row * Columns, Columns))
            {
                if (pixel < limit == inkIsDark)
                {
                    first = Math.Min(first, row);
                    last = row;
                }
            }
        }

        return last < first ? 0 : (last - first + 1) / (float)Rows;
    }
}
