namespace Cis.Documents.Pdf;

/// <summary>
/// Finds glyphs of several letters that a font passes for one of them, or for a space: "ofce" or "of ce" in place of office.
/// Their width tells, or that the space has ink. They become gaps, and their words are read from the pixels.
/// </summary>
internal static class Ligatures
{
    // An fi is 1.7 to 2 times as wide as an f, the same letter always as wide.
    private const float Wider = 1.5f;

    // Where a font has no other f: it is 0.4 to 0.7 of an n.
    private const float WidestF = 0.9f;

    // In type of one width, an i is as wide as an n.
    private const float WidestI = 0.65f;

    // One for each five letters is a space, for each ten at most a ligature. A font that draws something for its spaces has many.
    private const int LeastGlyphsForInk = 9;

    /// <summary>Puts gaps in place of those f that are too wide.</summary>
    internal static void MarkWide(TextLayer layer, Span<TextGlyph> glyphs, List<LetterWidth> letters)
    {
        foreach (LetterWidth letter in letters)
        {
            layer.FontOf(glyphs[letter.Glyph])?.Widths.Add(letter.Width);
        }

        if (!layer.Fonts.Any(font => font.Widths.IsDoubtful))
        {
            return;
        }

        foreach (LetterWidth letter in letters)
        {
            int i = letter.Glyph;
            bool isPart = i + 1 < glyphs.Length && IsOfOneGlyph(glyphs[i], glyphs[i + 1]);
            isPart |= i > 0 && IsOfOneGlyph(glyphs[i - 1], glyphs[i]);
            if (!isPart && layer.FontOf(glyphs[i]) is { } font && font.Widths.IsTooWide(letter.Width))
            {
                glyphs[i] = glyphs[i] with { CodePoint = TextGlyph.Gap };
            }
        }
    }

    /// <summary>Whether a font's spaces with ink are ligatures, by how few they are.</summary>
    internal static bool AreLigatures(int inkedSpaces, int glyphs) => inkedSpaces * LeastGlyphsForInk <= glyphs;

    /// <summary>Whether two characters stand for one glyph, whose box both have.</summary>
    private static bool IsOfOneGlyph(in TextGlyph a, in TextGlyph b) =>
        a.Text == b.Text && b.Frame.Left < (a.Frame.Left + a.Frame.Right) / 2 && b.Frame.Right > a.Frame.Left;

    /// <summary>How wide a glyph is.</summary>
    /// <param name="Glyph">Its index.</param>
    /// <param name="Width">From its origin to the next one's, in units of its height.</param>
    internal readonly record struct LetterWidth(int Glyph, float Width);

    /// <summary>How wide a font's f, i and n are, in units of its height.</summary>
    internal sealed class Letters
    {
        private float _i;
        private float _n;
        private float _narrowest = float.PositiveInfinity;
        private float _widest;

        /// <summary>Whether there is an f that is too wide.</summary>
        internal bool IsDoubtful => _widest > 0 && IsTooWide(_widest);

        /// <summary>Takes the width of an f.</summary>
        internal void Add(float width) =>
            (_narrowest, _widest) = (MathF.Min(_narrowest, width), MathF.Max(_widest, width));

        /// <summary>Whether there was an i, or an n.</summary>
        internal bool Knows(int letter) => (letter == 'i' ? _i : _n) > 0;

        /// <summary>Takes the width of the first i or n.</summary>
        internal void Compare(int letter, float width) => (letter == 'i' ? ref _i : ref _n) = width;

        internal bool IsTooWide(float width) =>
            width > Wider * _narrowest || (_i > 0 && _i < WidestI * _n && _narrowest > WidestF * _n);
    }
}
