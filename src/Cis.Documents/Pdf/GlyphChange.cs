using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>What drawing a glyph has changed of the page.</summary>
/// <param name="Changed">Pixels of its box that differ.</param>
/// <param name="Area">All of them.</param>
/// <param name="Rows">The part of the box's height over which they differ, 0 to 1.</param>
/// <param name="Columns">Likewise of its width.</param>
/// <param name="AlikeGround">Pixels that have the glyph's color without it.</param>
internal readonly record struct GlyphChange(int Changed, int Area, float Rows, float Columns, int AlikeGround)
{
    // Of 255, in the channel that differs most; what compression leaves around letters has about half of it.
    private const int Differs = 12;

    /// <summary>Over how much of its line's height the glyph is seen.</summary>
    internal float Across(TextDirection direction) =>
        direction is TextDirection.Right or TextDirection.Left ? Rows : Columns;

    /// <summary>Compares a page with a glyph and without it.</summary>
    /// <param name="box">The glyph's, in pixels of both.</param>
    /// <param name="with">The page with it.</param>
    /// <param name="without">The page without it.</param>
    /// <param name="color">The glyph's, or <see cref="PaintedText.NoColor"/>.</param>
    internal static GlyphChange In(PageRectangle box, PageImage with, PageImage without, (int B, int G, int R) color)
    {
        int left = Math.Clamp((int)box.Left, 0, with.Width - 1);
        int right = Math.Clamp((int)MathF.Ceiling(box.Right), left + 1, with.Width);
        int top = Math.Clamp((int)box.Top, 0, with.Height - 1);
        int bottom = Math.Clamp((int)MathF.Ceiling(box.Bottom), top + 1, with.Height);
        int changed = 0;
        int alike = 0;
        (int firstRow, int lastRow, int firstColumn, int lastColumn) = (bottom, top - 1, right, left - 1);
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<byte> a = with.Row(y);
            ReadOnlySpan<byte> b = without.Row(y);
            for (int x = left; x < right; x++)
            {
                ReadOnlySpan<byte> ground = b.Slice(3 * x, 3);
                alike += IsAlike(ground, color) ? 1 : 0;
                if (Difference(a.Slice(3 * x, 3), ground) >= Differs)
                {
                    changed++;
                    (firstRow, lastRow) = (Math.Min(firstRow, y), y);
                    (firstColumn, lastColumn) = (Math.Min(firstColumn, x), Math.Max(lastColumn, x));
                }
            }
        }

        (int height, int width) = (bottom - top, right - left);
        return new GlyphChange(
            changed,
            height * width,
            (lastRow + 1 - firstRow) / (float)height,
            (lastColumn + 1 - firstColumn) / (float)width,
            alike
        );
    }

    private static int Difference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        Math.Max(Math.Abs(a[0] - b[0]), Math.Max(Math.Abs(a[1] - b[1]), Math.Abs(a[2] - b[2])));

    private static bool IsAlike(ReadOnlySpan<byte> ground, (int B, int G, int R) color) =>
        color.B >= 0
        && Math.Abs(ground[0] - color.B) < Differs
        && Math.Abs(ground[1] - color.G) < Differs
        && Math.Abs(ground[2] - color.R) < Differs;
}
