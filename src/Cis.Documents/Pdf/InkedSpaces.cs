namespace Cis.Documents.Pdf;

/// <summary>
/// Spaces that have ink: ligatures, in a font that maps them to a space, or what a font draws for every space.
/// </summary>
/// <param name="layer">The page's text.</param>
/// <param name="inked">The glyphs, by index, that the font calls spaces.</param>
internal sealed class InkedSpaces(TextLayer layer, List<int> inked)
{
    // In heights: an fi is 0.45 wide. Justified lines have gaps that pass for one; in those nothing is read.
    private const float NarrowestLigature = 0.35f;

    private readonly HashSet<int> _spaces = [.. inked.Where(i => !IsLigature(layer, i))];
    private readonly Dictionary<FontLetters, float> _wordGaps = WordGaps(layer);

    /// <summary>Whether an inked space is a space still.</summary>
    internal bool IsSpace(int index) => _spaces.Contains(index);

    /// <summary>A glyph, with a space before it where there was one, and the ligature that PDFium has dropped before it.</summary>
    internal TextGlyph Settle(int index, ReadOnlySpan<TextGlyph> glyphs, out TextGlyph? dropped)
    {
        dropped = null;
        TextGlyph glyph = glyphs[index];
        if (index > 0 && IsSpace(index - 1))
        {
            return glyph with { SpaceBefore = true, SpaceWritten = true };
        }

        if (index == 0 || !IsSpaced(glyphs[index - 1], glyph) || layer.FontOf(glyph) is not { } font)
        {
            return glyph;
        }

        float left = glyphs[index - 1].Frame.Right + _wordGaps.GetValueOrDefault(font, float.PositiveInfinity);
        if (glyph.Frame.Left - left < NarrowestLigature * glyph.Height)
        {
            return glyph;
        }

        PageRectangle frame = glyph.Frame;
        dropped = glyph with
        {
            CodePoint = TextGlyph.Gap,
            Frame = new PageRectangle(left, frame.Top, frame.Left, frame.Bottom),
        };
        return glyph with { SpaceBefore = false, SpaceWritten = false };
    }

    private static bool IsLigature(TextLayer layer, int index) =>
        layer.FontOf(layer.Glyphs[index]) is { } font && Ligatures.AreLigatures(font.InkedSpaces, font.Glyphs);

    /// <summary>The narrowest gap between words, for each font that maps ligatures to spaces.</summary>
    private static Dictionary<FontLetters, float> WordGaps(TextLayer layer)
    {
        var gaps = new Dictionary<FontLetters, float>();
        ReadOnlySpan<TextGlyph> glyphs = layer.Glyphs;
        for (int i = 1; i < glyphs.Length; i++)
        {
            if (
                IsSpaced(glyphs[i - 1], glyphs[i])
                && layer.FontOf(glyphs[i]) is { InkedSpaces: > 0 } font
                && Ligatures.AreLigatures(font.InkedSpaces, font.Glyphs)
            )
            {
                float gap = glyphs[i].Frame.Left - glyphs[i - 1].Frame.Right;
                gaps[font] = MathF.Min(gap, gaps.GetValueOrDefault(font, float.PositiveInfinity));
            }
        }

        return gaps;
    }

    private static bool IsSpaced(in TextGlyph last, in TextGlyph glyph) =>
        glyph.SpaceWritten && glyph.Text == last.Text && glyph.Frame.Left > last.Frame.Right;
}
