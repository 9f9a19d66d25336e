using System.Text;
using Cis.Layout;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Builds a page's lines, words and paragraphs out of the glyphs of its text layer.</summary>
internal static class TextLayerPage
{
    private const int SoftHyphen = 0xAD;

    // A gap between words that the page does not write as a space; the narrowest word space in use is a fifth of an em.
    internal const float WordGap = 0.18f;

    // Two rows of two cells are no table yet.
    private const int MinCells = 3;

    // Fewer letters may be initials, or the heads of columns.
    private const int MinLetterspaced = 4;
    private const float LetterspacedShare = 0.6f;

    // Furigana are set in half of the size of their words.
    private const float LargestReading = 0.7f;

    // Bullets and ornaments stand alone in a symbol font, and mean nothing that could be typed.
    private const int LoneGaps = 2;

    /// <summary>A page whose text is all digital.</summary>
    internal static PageText Build(ReadOnlySpan<TextGlyph> glyphs, PageGeometry geometry, FuriganaMode furigana)
    {
        (List<TextFragment> fragments, List<TextFragment> tilted) = FragmentsOf(glyphs);
        if (HasFurigana(fragments) || !DrawnOrder.IsReadingOrder(fragments))
        {
            return BuildByPlace(fragments, tilted, geometry, furigana);
        }

        PageLayout cells = HasCells(fragments)
            ? PageArranger.Arrange(DirectedLinesOf(fragments), geometry.Width, geometry.Height).Layout
            : new PageLayout("", [], []);
        return BuildAsDrawn(fragments, tilted, geometry, cells);
    }

    /// <summary>The pieces of the page's lines, in the page's order, and what of it stands aslant.</summary>
    internal static (List<TextFragment> Upright, List<TextFragment> Tilted) FragmentsOf(ReadOnlySpan<TextGlyph> glyphs)
    {
        List<TextFragment> pieces = TextFragment.Split(glyphs);
        if (ScatteredGlyphs.Are(pieces, glyphs))
        {
            pieces = TextFragment.Split(ScatteredGlyphs.InRows(glyphs));
        }

        List<TextFragment> fragments = ColumnOrder.Apply(pieces);
        List<TextFragment> tilted = fragments.FindAll(fragment => fragment.IsTilted);
        if (tilted.Count > 0)
        {
            fragments.RemoveAll(fragment => fragment.IsTilted);
            tilted = Watermarks.WithoutTiles(tilted);
        }

        return (fragments, tilted);
    }

    /// <summary>Whether there may be a table: several rows come in pieces.</summary>
    private static bool HasCells(List<TextFragment> fragments)
    {
        int pieces = 0;
        for (int i = 1; i < fragments.Count && pieces < MinCells; i++)
        {
            pieces += fragments[i - 1].IsFollowedInRowBy(fragments[i]) ? 1 : 0;
        }

        return pieces >= MinCells;
    }

    /// <summary>The page's own rows and paragraphs, with the tables that its cells make where they stand.</summary>
    private static PageText BuildAsDrawn(
        List<TextFragment> fragments,
        List<TextFragment> tilted,
        PageGeometry geometry,
        PageLayout cells
    )
    {
        List<TextFragment> rows = [.. JoinRows(fragments), .. tilted];
        List<TextLine> lines = rows.ConvertAll(LineOf);
        var paragraphs = new List<TextParagraph>();
        string text = Paragraphs.Join(rows, lines, paragraphs);
        var layout = new PageLayout(text, lines, paragraphs)
        {
            Tables = TableLines.Onto(cells.Tables, cells.Lines, lines),
        };
        return PageOf(geometry, RotationOf(rows), layout);
    }

    private static PageText BuildByPlace(
        List<TextFragment> fragments,
        List<TextFragment> tilted,
        PageGeometry geometry,
        FuriganaMode furigana
    )
    {
        List<DirectedLine> drawn = DirectedLinesOf(fragments);
        (int rotation, PageLayout layout) = PageArranger.Arrange(drawn, geometry.Width, geometry.Height, furigana);
        if (IsSameOrder(drawn, layout.Lines))
        {
            // The page's own rows and paragraphs are the better ones, as long as nothing has to be moved.
            return BuildAsDrawn(fragments, tilted, geometry, layout);
        }

        if (tilted.Count > 0)
        {
            layout = PageArranger.Join([layout, ReadingOrder.Arrange(DirectedLinesOf(tilted))]);
        }

        return PageOf(geometry, rotation, layout);
    }

    /// <summary>Whether there is a piece of kana far smaller than a piece beside it: a reading, drawn before its word or after it.</summary>
    private static bool HasFurigana(List<TextFragment> fragments)
    {
        for (int i = 0; i < fragments.Count; i++)
        {
            if (
                IsKana(fragments[i])
                && (
                    (i > 0 && IsFarSmaller(fragments[i], fragments[i - 1]))
                    || (i + 1 < fragments.Count && IsFarSmaller(fragments[i], fragments[i + 1]))
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsFarSmaller(TextFragment reading, TextFragment word) =>
        reading.GlyphHeight <= LargestReading * word.GlyphHeight;

    private static bool IsKana(TextFragment fragment)
    {
        foreach (ref readonly TextGlyph glyph in fragment.Glyphs)
        {
            if (glyph.CodePoint is not (>= 0x3040 and <= 0x30FF))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSameOrder(List<DirectedLine> drawn, IReadOnlyList<TextLine> arranged) =>
        drawn.SelectMany(line => line.Line.Words).SequenceEqual(arranged.SelectMany(line => line.Words));

    private static List<DirectedLine> DirectedLinesOf(List<TextFragment> fragments)
    {
        var lines = new List<DirectedLine>(fragments.Count);
        foreach (TextFragment fragment in fragments)
        {
            TextLine line = LineOf(fragment);
            if (line.Words.Count > 0)
            {
                lines.Add(new DirectedLine(line, fragment.IsVertical));
            }
        }

        return lines;
    }

    private static PageText PageOf(PageGeometry geometry, int rotation, PageLayout layout) =>
        new(
            TextSource.TextLayer,
            geometry.Width,
            geometry.Height,
            rotation,
            layout.Text,
            layout.Lines,
            layout.Paragraphs
        )
        {
            Tables = layout.Tables,
        };

    /// <summary>Cells and words that stand in one row, one after the other, become one line.</summary>
    private static List<TextFragment> JoinRows(List<TextFragment> fragments)
    {
        var rows = new List<TextFragment>(fragments.Count);
        foreach (TextFragment fragment in fragments)
        {
            if (rows.Count > 0 && rows[^1].IsFollowedInRowBy(fragment))
            {
                rows[^1].Join(fragment);
            }
            else
            {
                rows.Add(fragment);
            }
        }

        return rows;
    }

    /// <summary>A row as a line of words.</summary>
    internal static TextLine LineOf(TextFragment row)
    {
        float letterSpace = LetterSpaceOf(row);
        var words = new List<TextWord>();
        var word = new StringBuilder();
        ReadOnlySpan<TextGlyph> glyphs = row.Glyphs;
        PageRectangle box = default;
        for (int i = 0; i < glyphs.Length; i++)
        {
            if (i > 0 && StartsWord(glyphs[i - 1], glyphs[i], row.IsVertical, letterSpace))
            {
                AddWord(words, word, box, row.Direction);
            }

            box = word.Length == 0 ? glyphs[i].Frame : box.Union(glyphs[i].Frame);
            AppendGlyph(word, glyphs[i].CodePoint, isLast: i == glyphs.Length - 1);
        }

        AddWord(words, word, box, row.Direction);
        return new TextLine(TextOf(words), 1, TextGlyph.ToQuad(row.Frame, row.Direction), words, TextSource.TextLayer);
    }

    private static bool StartsWord(in TextGlyph last, in TextGlyph glyph, bool vertical, float letterSpace)
    {
        float gap = glyph.Frame.Left - last.Frame.Right;
        float height = MathF.Max(last.Height, glyph.Height);
        if (CharacterKind.IsCjk(last.CodePoint) && CharacterKind.IsCjk(glyph.CodePoint))
        {
            // Spaces between Japanese characters are the typesetter's; only a gap of a whole character parts.
            return !vertical && gap > height;
        }

        bool isWide = !vertical && gap > letterSpace + WordGap * height;
        // In letterspaced type, PDFium sees a space behind each letter.
        return glyph.SpaceWritten
            || (glyph.SpaceBefore && (letterSpace == 0 || isWide))
            || (isWide && !CharacterKind.IsCjk(glyph.CodePoint) && !CharacterKind.IsCjk(last.CodePoint));
    }

    /// <summary>The space that the letters of a letterspaced row have between them; 0 in others.</summary>
    private static float LetterSpaceOf(TextFragment row)
    {
        ReadOnlySpan<TextGlyph> glyphs = row.Glyphs;
        if (glyphs.Length < MinLetterspaced || row.IsVertical || row.WideGaps < LetterspacedShare * glyphs.Length)
        {
            return 0;
        }

        var gaps = new List<float>(glyphs.Length);
        int letters = 0;
        for (int i = 1; i < glyphs.Length; i++)
        {
            letters += Rune.IsValid(glyphs[i].CodePoint) && Rune.IsLetter(new Rune(glyphs[i].CodePoint)) ? 1 : 0;
            if (!glyphs[i].SpaceWritten)
            {
                gaps.Add(glyphs[i].Frame.Left - glyphs[i - 1].Frame.Right);
            }
        }

        gaps.Sort();
        // Digits that stand apart are the cells of a table.
        bool spaced = gaps.Count >= MinLetterspaced - 1 && letters >= LetterspacedShare * glyphs.Length;
        float usual = spaced ? gaps[gaps.Count / 2] : 0;
        return usual > WordGap * row.GlyphHeight ? usual : 0;
    }

    private static void AppendGlyph(StringBuilder word, int codePoint, bool isLast)
    {
        if (codePoint == SoftHyphen)
        {
            // A soft hyphen shows only where the line breaks at it.
            word.Append(isLast ? "-" : "");
        }
        else if (CharacterKind.LettersOf(codePoint) is { } letters)
        {
            word.Append(letters);
        }
        else if (codePoint <= char.MaxValue)
        {
            word.Append((char)codePoint);
        }
        else
        {
            word.Append(char.ConvertFromUtf32(codePoint));
        }
    }

    private static void AddWord(List<TextWord> words, StringBuilder word, in PageRectangle box, TextDirection direction)
    {
        if (word.Length > 0 && !IsOrnament(word))
        {
            words.Add(new TextWord(word.ToString(), 1, TextGlyph.ToQuad(box, direction)));
        }

        word.Clear();
    }

    private static bool IsOrnament(StringBuilder word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] != TextGlyph.Gap)
            {
                return false;
            }
        }

        return word.Length <= LoneGaps;
    }

    private static string TextOf(List<TextWord> words)
    {
        var text = new StringBuilder();
        foreach (TextWord word in words)
        {
            text.Append(text.Length > 0 ? " " : "").Append(word.Text);
        }

        return text.ToString();
    }

    /// <summary>Quarter turns that bring most of the text upright, in degrees clockwise.</summary>
    private static int RotationOf(List<TextFragment> rows)
    {
        Span<int> glyphs = stackalloc int[4];
        foreach (TextFragment row in rows)
        {
            glyphs[(int)row.Direction] += row.Glyphs.Length;
        }

        int most = 0;
        for (int i = 1; i < glyphs.Length; i++)
        {
            most = glyphs[i] > glyphs[most] ? i : most;
        }

        // Text that runs down the page stands upright after three more quarters.
        return (4 - most) % 4 * 90;
    }
}
