namespace Cis.Pages;

/// <summary>What a part of a page is, and so what is to be done with it.</summary>
public enum RegionKind
{
    /// <summary>Digital text, taken as it is.</summary>
    Text,

    /// <summary>Digital text in a font that may say other characters than it shows: a few lines are compared with the pixels.</summary>
    Doubtful,

    /// <summary>Digital text in a font known to lie: its lines are read from the pixels, where it says they are.</summary>
    Unreadable,

    /// <summary>Digital text with glyphs that have no meaning (U+FFFD) or another than their font says (<see cref="PageRegion.Lie"/>): those words are read from the pixels.</summary>
    Gaps,

    /// <summary>Digital text that no viewer shows, over an image: it stands for the pixels where they cannot be read.</summary>
    Hidden,

    /// <summary>Pixels in which lines are still to be found.</summary>
    Pixels,
}

/// <summary>
/// A part of a page as its document gives it. The regions of a page say together all that it shows; they hold nothing
/// but values, so that a page may come from another process.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Box">Where it is, in page pixels.</param>
/// <param name="Lines">Its lines, in the document's order; none for pixels.</param>
/// <param name="Font">Of doubtful text: the font, by whose name the verdict on it is remembered.</param>
/// <param name="Characters">Of doubtful text: the characters that may be others; null for all.</param>
public sealed record PageRegion(
    RegionKind Kind,
    Quad Box,
    IReadOnlyList<RegionLine> Lines,
    string? Font = null,
    string? Characters = null
)
{
    /// <summary>
    /// Stands for a character that is known to be another one: a noncharacter, which no text has. It is read from the pixels
    /// as U+FFFD is; but alone it is no ornament.
    /// </summary>
    public const char Lie = '\uFFFE';
}

/// <summary>A line of digital text.</summary>
/// <param name="Line">Its text, box and words, in page pixels.</param>
/// <param name="Vertical">It runs down the page, as vertical Japanese does.</param>
/// <param name="Tilted">It stands aslant, as a watermark does: apart from the lines of the page.</param>
public sealed record RegionLine(TextLine Line, bool Vertical = false, bool Tilted = false);
