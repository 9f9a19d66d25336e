using Cis.Pages;

namespace Cis.Output;

/// <summary>A page as Markdown: its paragraphs in reading order, each table where its first line stands.</summary>
internal sealed class MarkdownPage
{
    // Against the page's usual line: body text of mixed pages differs by a third, headings are set larger.
    private const float HeadingSize = 1.45f;
    private const float TitleSize = 2;
    private const int LongestHeading = 150;

    // Of the paragraph's width: a line that ends before that was ended on purpose; and where half of them do, as in an
    // address, so were the others.
    private const float FullLine = 0.8f;

    private readonly PageText _page;
    private readonly TextTable?[] _tableOf;
    private readonly float _usualHeight;
    private readonly List<string> _blocks = [];

    /// <summary>Prepares a page.</summary>
    public MarkdownPage(PageText page)
    {
        _page = page;
        _tableOf = new TextTable?[page.Lines.Count];
        foreach (TextTable table in page.Tables)
        {
            foreach (int line in table.Rows.SelectMany(row => row).SelectMany(cell => cell.Lines))
            {
                _tableOf[line] = table;
            }
        }

        _usualHeight = UsualHeight(page.Lines);
    }

    /// <summary>The page's text, without a line break at its end.</summary>
    public string ToMarkdown()
    {
        var written = new HashSet<TextTable>();
        var paragraph = new List<TextLine>();
        foreach ((int first, int end) in Paragraphs())
        {
            for (int i = first; i < end; i++)
            {
                if (_tableOf[i] is not { } table)
                {
                    paragraph.Add(_page.Lines[i]);
                }
                else if (written.Add(table))
                {
                    AddParagraph(paragraph);
                    _blocks.Add(MarkdownTable.Of(table));
                }
            }

            AddParagraph(paragraph);
        }

        return string.Join("\n\n", _blocks.Where(block => block.Length > 0));
    }

    /// <summary>The ranges of its lines; where they are not known, all are one.</summary>
    private IEnumerable<(int First, int End)> Paragraphs()
    {
        int first = 0;
        foreach (TextParagraph paragraph in _page.Paragraphs)
        {
            yield return (first, first + paragraph.Lines);
            first += paragraph.Lines;
        }

        if (first < _page.Lines.Count)
        {
            yield return (first, _page.Lines.Count);
        }
    }

    /// <summary>The height of the line in the middle of the text.</summary>
    private static float UsualHeight(IReadOnlyList<TextLine> lines)
    {
        TextLine[] sorted = [.. lines.OrderBy(line => line.Box.Height)];
        int half = sorted.Sum(line => line.Text.Length) / 2;
        foreach (TextLine line in sorted)
        {
            half -= line.Text.Length;
            if (half <= 0)
            {
                return line.Box.Height;
            }
        }

        return 0;
    }

    private void AddParagraph(List<TextLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        List<MarkdownRow> rows = MarkdownRow.Of(lines);
        string prefix = HeadingOf(rows);
        _blocks.Add(prefix.Length > 0 ? prefix + Join(rows, breaks: false) : MarkdownList.Parts(rows, Join));
        lines.Clear();
    }

    private string HeadingOf(List<MarkdownRow> rows)
    {
        float height = rows.Min(row => row.Height);
        bool isHeading =
            rows.Count <= 3
            && height >= HeadingSize * _usualHeight
            && rows.Sum(row => row.Text.Length) <= LongestHeading
            && rows.Any(row => row.Text.Any(char.IsLetter));
        return !isHeading ? ""
            : height >= TitleSize * _usualHeight ? "# "
            : "## ";
    }

    private static string Join(List<MarkdownRow> rows, bool breaks)
    {
        float start = rows.Min(row => row.Start);
        float full = start + FullLine * (rows.Max(row => row.End) - start);
        int early = rows.Count(row => row.End < full) - (rows[^1].End < full ? 1 : 0);
        bool breaksAll = rows.Count > 1 && 2 * early >= rows.Count - 1;
        string text = "";
        for (int i = 0; i < rows.Count; i++)
        {
            bool ended = breaks && i > 0 && (breaksAll || rows[i - 1].End < full);
            string next = MarkdownText.Escape(rows[i].Text, isLineStart: i == 0 || ended);
            text =
                i == 0 ? next
                : ended ? text + "  \n" + next
                : MarkdownText.Continue(text, next);
        }

        return text;
    }
}
