using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Tells vertical Japanese from horizontal text on a page that lies on its side. Both are read as a line that runs
/// downwards, for PP-OCR learned vertical lines turned like that; but cut out alone, the ideographs of vertical writing
/// stand upright and are read again, those of a turned page lie on their side and are not.
/// </summary>
internal sealed class VerticalWriting(TextRecognizer recognizer)
{
    private const int GlyphsToTry = 6;

    private readonly List<(string Text, Quad Box)> _glyphs = [];

    /// <summary>Whether a column is written vertically.</summary>
    /// <param name="page">The scanned page.</param>
    /// <param name="column">The column's corners as its reader sees them, running downwards.</param>
    /// <param name="control">Stops the reading.</param>
    public bool IsVertical(PageImage page, Quad column, RunControl control)
    {
        _glyphs.Clear();
        recognizer.ReadGlyphs(page, column, _glyphs, control);
        _glyphs.RemoveAll(static glyph => !IsIdeograph(glyph.Text));
        int tried = Math.Min(GlyphsToTry, _glyphs.Count);
        int upright = 0;
        for (int i = 0; i < tried; i++)
        {
            (string text, Quad box) = _glyphs[i * _glyphs.Count / tried];
            upright += recognizer.Read(page, Upright(box), 1, control)?.Text == text ? 1 : 0;
        }

        return upright * 2 > tried;
    }

    /// <summary>CJK Unified Ideographs: kana turned on their side resemble each other too much to tell.</summary>
    private static bool IsIdeograph(string text) => text.Length == 1 && text[0] is >= '\u4E00' and <= '\u9FFF';

    /// <summary>Undoes <see cref="ReadingDirections.Turn"/> for a box read downwards.</summary>
    private static Quad Upright(Quad box) => new(box.BottomLeft, box.TopLeft, box.TopRight, box.BottomRight);
}
