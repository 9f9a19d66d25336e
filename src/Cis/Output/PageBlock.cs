using Cis.Pages;

namespace Cis.Output;

/// <summary>Lines of one block of a page that make up a paragraph.</summary>
/// <param name="Box">Around its lines.</param>
/// <param name="Lines">In reading order.</param>
internal sealed record PageParagraph(PixelBox Box, IReadOnlyList<TextLine> Lines);

/// <summary>A column of a page, a table, a heading across columns: what hOCR and ALTO nest paragraphs in.</summary>
/// <param name="Box">Around its paragraphs.</param>
/// <param name="Paragraphs">In reading order; at least one.</param>
internal sealed record PageBlock(PixelBox Box, IReadOnlyList<PageParagraph> Paragraphs)
{
    /// <summary>The blocks of a page in reading order. Of a page whose paragraphs are not known all lines are one.</summary>
    internal static IEnumerable<PageBlock> Of(PageText page)
    {
        IReadOnlyList<TextParagraph> known = page.Paragraphs.Count > 0 ? page.Paragraphs : Undivided(page);
        var block = new List<PageParagraph>();
        int line = 0;
        for (int i = 0; i < known.Count; i++)
        {
            block.Add(ParagraphAt(page, line, known[i].Lines));
            line += known[i].Lines;
            if (i + 1 == known.Count || known[i + 1].Block != known[i].Block)
            {
                yield return new PageBlock(block.Select(paragraph => paragraph.Box).Aggregate(PixelBox.Union), block);
                block = [];
            }
        }
    }

    private static TextParagraph[] Undivided(PageText page) =>
        page.Lines.Count == 0 ? [] : [new TextParagraph(0, page.Lines.Count)];

    private static PageParagraph ParagraphAt(PageText page, int first, int count)
    {
        TextLine[] lines = [.. page.Lines.Skip(first).Take(count)];
        PixelBox box = lines.Select(line => PixelBox.Around(line.Box, page)).Aggregate(PixelBox.Union);
        return new PageParagraph(box, lines);
    }
}
