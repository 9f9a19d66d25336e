using Cis.Pages;

namespace Cis.Layout;

/// <summary>A page put in order.</summary>
/// <param name="Text">The whole page: a row of text a line, paragraphs parted by a blank line.</param>
/// <param name="Lines">The lines as they were given, in reading order.</param>
/// <param name="Paragraphs">How the lines group: see <see cref="PageText.Paragraphs"/>.</param>
public readonly record struct PageLayout(
    string Text,
    IReadOnlyList<TextLine> Lines,
    IReadOnlyList<TextParagraph> Paragraphs
)
{
    /// <summary>The tables among the lines: see <see cref="PageText.Tables"/>.</summary>
    public IReadOnlyList<TextTable> Tables { get; init; } = [];
}
