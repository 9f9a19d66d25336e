namespace Cis.Documents.Pdf;

/// <summary>
/// Puts the glyphs of a page in rows that draws them one by one in no order, as programs do that want their text not to be
/// copied. What PDFium has seen between them means nothing then: words are told by their gaps.
/// </summary>
internal static class ScatteredGlyphs
{
    // Fewer may be the cells of a form, or the marks of a scale.
    private const int MinGlyphs = 16;

    // Of the glyphs: in an order of any kind there is a piece for each word or cell.
    private const double MostPieces = 0.5;

    // In heights, from the middle of a row to that of one of its glyphs: an index is off by a third of its own.
    private const float SameRow = 0.4f;

    /// <summary>Whether most pieces are single glyphs.</summary>
    internal static bool Are(List<TextFragment> pieces, ReadOnlySpan<TextGlyph> glyphs)
    {
        if (glyphs.Length < MinGlyphs || pieces.Count < MostPieces * glyphs.Length)
        {
            return false;
        }

        int upright = 0;
        foreach (ref readonly TextGlyph glyph in glyphs)
        {
            // Japanese may run down.
            bool runsAcross = glyph is { Direction: TextDirection.Right, IsTilted: false };
            upright += runsAcross && !CharacterKind.IsCjk(glyph.CodePoint) ? 1 : 0;
        }

        return upright > MostPieces * glyphs.Length;
    }

    /// <summary>The glyphs row by row, each row along its text; what does not stand upright comes last, as it was.</summary>
    internal static TextGlyph[] InRows(ReadOnlySpan<TextGlyph> glyphs)
    {
        var rows = new List<TextGlyph>(glyphs.Length);
        var others = new List<TextGlyph>();
        foreach (ref readonly TextGlyph glyph in glyphs)
        {
            if (glyph is { Direction: TextDirection.Right, IsTilted: false })
            {
                rows.Add(glyph with { SpaceBefore = false, SpaceWritten = false });
            }
            else
            {
                others.Add(glyph);
            }
        }

        rows.Sort((a, b) => Middle(a).CompareTo(Middle(b)));
        for (int start = 0; start < rows.Count; )
        {
            int end = EndOfRow(rows, start);
            rows.Sort(start, end - start, Comparer<TextGlyph>.Create((a, b) => a.Frame.Left.CompareTo(b.Frame.Left)));
            start = end;
        }

        return [.. rows, .. others];
    }

    private static int EndOfRow(List<TextGlyph> glyphs, int start)
    {
        int end = start + 1;
        float sum = Middle(glyphs[start]);
        while (
            end < glyphs.Count
            && Middle(glyphs[end]) - sum / (end - start)
                <= SameRow * MathF.Min(glyphs[start].Height, glyphs[end].Height)
        )
        {
            sum += Middle(glyphs[end++]);
        }

        return end;
    }

    private static float Middle(in TextGlyph glyph) => (glyph.Frame.Top + glyph.Frame.Bottom) / 2;
}
