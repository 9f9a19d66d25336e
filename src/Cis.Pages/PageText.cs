namespace Cis.Pages;

/// <summary>Where a page's text came from.</summary>
public enum TextSource
{
    /// <summary>Read from pixels by the OCR engine.</summary>
    Ocr,

    /// <summary>The PDF's own text layer.</summary>
    TextLayer,

    /// <summary>Of a page only: some of its lines are of one source, others of the other.</summary>
    Mixed,
}

/// <summary>A word of a line.</summary>
/// <param name="Text">Its characters, without white space.</param>
/// <param name="Confidence">0 to 1; 1 for a text layer.</param>
/// <param name="Box">Its corners, in the coordinates of its line's.</param>
public sealed record TextWord(string Text, float Confidence, Quad Box);

/// <summary>A line of text in reading direction.</summary>
/// <param name="Text">The words with the spaces between them.</param>
/// <param name="Confidence">Mean probability of its characters, 0 to 1; 1 for a text layer.</param>
/// <param name="Box">Its corners in page pixels, see <see cref="Quad"/>.</param>
/// <param name="Words">Its words in order.</param>
/// <param name="Source">Where it was read: never <see cref="TextSource.Mixed"/>.</param>
public sealed record TextLine(
    string Text,
    float Confidence,
    Quad Box,
    IReadOnlyList<TextWord> Words,
    TextSource Source = TextSource.Ocr
);

/// <summary>The next lines of a page that make up a paragraph, or the part of one that stands in one block.</summary>
/// <param name="Block">
/// Its block, numbered from 0 in reading order: a column, a table, a heading across columns. Those of a block follow
/// one another.
/// </param>
/// <param name="Lines">How many lines it has, at least one.</param>
public readonly record struct TextParagraph(int Block, int Lines);

/// <summary>What was read on one page.</summary>
/// <param name="Source">Pixels, the PDF's text layer, or both.</param>
/// <param name="Width">Width in pixels of the page the boxes refer to, as it was rendered.</param>
/// <param name="Height">Height in pixels of the same.</param>
/// <param name="Rotation">Degrees (0, 90, 180, 270) to turn the page clockwise so that its text stands upright.</param>
/// <param name="Text">The whole page in reading order; paragraphs are parted by a blank line.</param>
/// <param name="Lines">The lines in reading order.</param>
/// <param name="Paragraphs">
/// How the lines group, one after another until all are used; empty where that is not known. One begins at each blank
/// line of the text, and at each block.
/// </param>
public sealed record PageText(
    TextSource Source,
    int Width,
    int Height,
    int Rotation,
    string Text,
    IReadOnlyList<TextLine> Lines,
    IReadOnlyList<TextParagraph> Paragraphs
)
{
    /// <summary>The tables found on it; their lines are among <see cref="Lines"/> too.</summary>
    public IReadOnlyList<TextTable> Tables { get; init; } = [];

    /// <summary>What of the page was left unread.</summary>
    public PageRemarks Remarks { get; init; } = PageRemarks.None;
}
