using System.Numerics;

namespace Cis.Documents.Pdf;

/// <summary>
/// Looks, once a font, at what it draws for the digits: a font that maps them wrongly gives text in which nothing is amiss.
/// Each digit is drawn small and compared with the shapes of all ten. What looks like another one is in doubt until the
/// recognizer has read some of it.
/// </summary>
internal sealed unsafe class DigitLook(PdfiumNative pdfium, PageGeometry geometry)
{
    private const double PointsPerInch = 72;

    // In pixels, from ascent to descent: digits are 20 high then.
    private const int LineHeight = 32;
    private const int MaxWidth = 512;
    private const int Margin = 1;

    // Of one page: each takes 100 microseconds. One digit that looks like another puts all in doubt.
    private const int MaxLooks = 2;

    // In glyph heights, between the digits of a number.
    private const float NumberGap = 0.3f;

    // Of 960 for black against white. Digits of a hundred fonts in use are 17 to 200 from their own shape, half of them below
    // 80, and none is near another one's and farther from its own.
    private const int Alike = 130;
    private const double Farther = 1.5;

    /// <summary>
    /// Looks at the numbers of a page with the most digits that were not seen before, and puts a font's digits in doubt where
    /// one looks like another.
    /// </summary>
    internal void Look(TextLayer layer, PdfPageHandle page)
    {
        for (int looks = 0; looks < MaxLooks && FindNumber(layer) is { IsEmpty: false } number; looks++)
        {
            Look(layer, page, number);
        }
    }

    private static ReadOnlySpan<TextGlyph> FindNumber(TextLayer layer)
    {
        ReadOnlySpan<TextGlyph> glyphs = layer.Glyphs;
        ReadOnlySpan<TextGlyph> best = [];
        int bestCount = 0;
        for (int i = 0; i < glyphs.Length; i++)
        {
            if (!IsNew(layer, glyphs[i]))
            {
                continue;
            }

            int end = EndOfNumber(glyphs, i);
            int count = CountNew(layer, glyphs[i..end]);
            if (count > bestCount)
            {
                best = glyphs[i..end];
                bestCount = count;
            }

            i = end - 1;
        }

        return best;
    }

    private static int EndOfNumber(ReadOnlySpan<TextGlyph> glyphs, int start)
    {
        int end = start + 1;
        while (end < glyphs.Length && Continues(glyphs[end - 1], glyphs[end], glyphs[start]))
        {
            end++;
        }

        return end;
    }

    /// <summary>How many different digits of a number were not seen.</summary>
    private static int CountNew(TextLayer layer, ReadOnlySpan<TextGlyph> number)
    {
        int digits = 0;
        foreach (ref readonly TextGlyph glyph in number)
        {
            digits |= IsNew(layer, glyph) ? 1 << (glyph.CodePoint - '0') : 0;
        }

        return BitOperations.PopCount((uint)digits);
    }

    private static bool IsDigit(in TextGlyph glyph) => glyph.CodePoint is >= '0' and <= '9';

    private static bool IsNew(TextLayer layer, in TextGlyph glyph) =>
        IsDigit(glyph)
        && glyph is { Direction: TextDirection.Right, IsTilted: false, Text: >= 0 }
        && layer.RecordOf(glyph) is { } record
        && !record.HasSeen(glyph.CodePoint)
        && glyph.Height > 0;

    private static bool Continues(in TextGlyph last, in TextGlyph glyph, in TextGlyph first) =>
        IsDigit(glyph)
        && glyph.Text == last.Text
        && MathF.Abs(glyph.Frame.Left - last.Frame.Right) < NumberGap * last.Height
        && (glyph.Frame.Right - first.Frame.Left) * LineHeight < (MaxWidth - 2 * Margin) * first.Height;

    private void Look(TextLayer layer, PdfPageHandle page, ReadOnlySpan<TextGlyph> number)
    {
        PageRectangle first = number[0].Frame;
        float scale = LineHeight / first.Height;
        int width = Math.Min(MaxWidth, (int)MathF.Ceiling((number[^1].Frame.Right - first.Left) * scale) + 2 * Margin);
        byte* pixels = stackalloc byte[MaxWidth * LineHeight];
        Draw(page, pixels, width, first, scale);
        var strip = new ReadOnlySpan<byte>(pixels, width * LineHeight);
        var glyphShape = new GlyphShape(stackalloc byte[MaxWidth * LineHeight], width);
        Span<byte> shape = stackalloc byte[DigitShapes.Cells];
        foreach (ref readonly TextGlyph glyph in number)
        {
            FontRecord record = layer.RecordOf(glyph)!;
            if (record.HasSeen(glyph.CodePoint))
            {
                continue;
            }

            int left = Math.Clamp((int)((glyph.Frame.Left - first.Left) * scale) + Margin, 0, width);
            int right = Math.Clamp((int)((glyph.Frame.Right - first.Left) * scale + 0.5f) + Margin, left, width);
            bool hasShape = glyphShape.TryFind(strip, left, right, shape);
            record.See(glyph.CodePoint, hasShape && LooksLikeAnother(shape, glyph.CodePoint - '0'));
        }
    }

    private void Draw(PdfPageHandle page, byte* pixels, int width, in PageRectangle first, float scale)
    {
        using var bitmap = new PdfBitmapHandle(
            pdfium,
            pdfium.CreateBitmap(width, LineHeight, (int)FsBitmapFormat.Gray, pixels, width)
        );
        pdfium.FillRectangle(bitmap.Pointer, 0, 0, width, LineHeight, 0xFFFFFFFF);
        // PDFium has the page as it is shown, in points and y downwards.
        float zoom = (float)(scale * geometry.Dpi / PointsPerInch);
        var matrix = new FsMatrix
        {
            A = zoom,
            D = zoom,
            E = Margin - first.Left * scale,
            F = -first.Top * scale,
        };
        var clip = new FsRect { Right = width, Bottom = LineHeight };
        pdfium.RenderPart(bitmap.Pointer, page.Pointer, &matrix, &clip);
    }

    private static bool LooksLikeAnother(ReadOnlySpan<byte> shape, int digit)
    {
        int own = DigitShapes.Distance(shape, digit);
        if (own <= Alike / Farther)
        {
            return false;
        }

        for (int other = 0; other <= 9; other++)
        {
            if (other == digit)
            {
                continue;
            }

            int distance = DigitShapes.Distance(shape, other);
            if (distance <= Alike && distance * Farther < own)
            {
                return true;
            }
        }

        return false;
    }
}
