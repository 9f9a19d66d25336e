using System.Text;
using Cis.Pages;

namespace Cis.Layout;

/// <summary>Writes blocks, in reading order, as the text of a page.</summary>
/// <param name="furigana">What becomes of the readings of words.</param>
internal sealed class PageComposer(FuriganaMode furigana)
{
    // In box heights, which is 1.4 em: no justified line has such a gap between words, so it parts cells.
    private const float WideGap = 1;

    private readonly StringBuilder _text = new();
    private readonly List<TextLine> _lines = [];
    private readonly List<TextParagraph> _paragraphs = [];
    private readonly TableBuilder _tables = new();
    private int _blocks;

    /// <summary>The tables with rulings that were found on the page.</summary>
    public List<RuledTable> RuledTables { get; } = [];

    /// <summary>Adds a block below what is there.</summary>
    public void Add(TextBlock block)
    {
        var paragraphs = new ParagraphFinder(block);
        for (int i = 0; i < block.Rows.Count; i++)
        {
            TextRow row = block.Rows[i];
            bool begins = i == 0 ? !ParagraphFinder.GoesOn(row) : paragraphs.Begins(i);
            if (_text.Length > 0)
            {
                _text.Append(begins ? "\n\n" : "\n");
            }

            Add(row);
            Group(row, begins || i == 0);
        }

        if (furigana == FuriganaMode.After)
        {
            AddReadings(block);
        }

        _tables.Add(block);
        _blocks++;
    }

    /// <summary>The readings of a block's words follow it, so that its sentences stay whole.</summary>
    private void AddReadings(TextBlock block)
    {
        Fragment[] readings =
        [
            .. block
                .Rows.SelectMany(row => row.Pieces)
                .SelectMany(piece => piece.Readings.OrderBy(reading => reading.Left)),
        ];
        if (readings.Length > 0)
        {
            _text.Append("\n\n").AppendJoin(' ', readings.Select(reading => reading.Line.Text));
            _lines.AddRange(readings.Select(reading => reading.Line));
            _paragraphs.Add(new TextParagraph(_blocks, readings.Length));
        }
    }

    /// <summary>The page so far.</summary>
    public PageLayout ToLayout() =>
        new(_text.ToString(), _lines, _paragraphs) { Tables = _tables.ToTables(RuledTables) };

    private void Add(TextRow row)
    {
        Fragment? before = null;
        foreach (Fragment piece in row.Pieces)
        {
            if (before is not null)
            {
                _text.Append(SpaceBetween(before, piece));
            }

            _text.Append(piece.Line.Text);
            _tables.Place(piece.Line, _lines.Count);
            _lines.Add(piece.Line);
            before = piece;
        }
    }

    /// <summary>A paragraph that goes on in the next column is one of the text, but two for those who draw boxes.</summary>
    private void Group(TextRow row, bool begins)
    {
        if (begins)
        {
            _paragraphs.Add(new TextParagraph(_blocks, 0));
        }

        TextParagraph last = _paragraphs[^1];
        _paragraphs[^1] = last with { Lines = last.Lines + row.Pieces.Count };
    }

    /// <summary>Two spaces between cells; one between words, but none where the script has none.</summary>
    private static string SpaceBetween(Fragment left, Fragment right)
    {
        if (right.Left - left.Right > WideGap * MathF.Min(left.Height, right.Height))
        {
            return "  ";
        }

        bool spaceless = EndsSpaceless(left.Line.Text) && BeginsSpaceless(right.Line.Text);
        return spaceless ? "" : " ";
    }

    private static bool EndsSpaceless(string text) => text.Length > 0 && Script.IsSpaceless(text[^1]);

    private static bool BeginsSpaceless(string text) => text.Length > 0 && Script.IsSpaceless(text[0]);
}
