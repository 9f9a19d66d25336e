namespace Cis.Layout;

/// <summary>Tells which rows of a block begin a paragraph: by more white above, another size of type, or an indent.</summary>
internal sealed class ParagraphFinder
{
    // Against the tighter of the two leadings around; paragraphs are set apart by half a line or more.
    private const float MoreWhite = 1.3f;

    // Against the box's height: a row without neighbors, and the least leading there is (boxes hold the ascenders of
    // one line and the descenders of the one before).
    private const float LoneRowLeading = 2.5f;
    private const float TightestLeading = 0.7f;

    // Body text and headings; rows without ascenders or descenders differ by a third from those that have both.
    private const float OtherSize = 1.5f;

    // In box heights: an indent is one to three ems; a row further in is centerd or set to the right.
    private const float MinimumIndent = 0.5f;
    private const float MaximumIndent = 3;

    private readonly IReadOnlyList<TextRow> _rows;
    private readonly float _margin;
    private readonly bool _isFlush;
    private readonly float _rightMargin;

    /// <summary>Looks for a block's margins.</summary>
    public ParagraphFinder(TextBlock block)
    {
        _rows = block.Rows;
        float[] edges = new float[_rows.Count];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = _rows[i].Left;
            _rightMargin = i == 0 ? _rows[i].Right : MathF.Max(_rightMargin, _rows[i].Right);
        }

        (_margin, int flush) = CommonEdge(edges, MinimumIndent * _rows[_rows.Count / 2].Height);
        _isFlush = flush * 2 > edges.Length;
    }

    /// <summary>A row, not the block's first, begins a paragraph.</summary>
    public bool Begins(int row) =>
        !GoesOn(_rows[row]) && (HasWhiteAbove(row) || HasOtherSize(row) || (_isFlush && IsIndented(row)));

    /// <summary>A paragraph never begins with a small letter: the sentence goes on from the row or column before.</summary>
    public static bool GoesOn(TextRow row)
    {
        string text = row.Pieces[0].Line.Text;
        return text.Length > 0 && char.IsLower(text[0]);
    }

    private bool HasWhiteAbove(int row)
    {
        float leading = float.PositiveInfinity;
        if (row >= 2)
        {
            leading = Leading(row - 1);
        }

        if (row + 1 < _rows.Count)
        {
            leading = MathF.Min(leading, Leading(row + 1));
        }

        float height = _rows[row].Height;
        return float.IsPositiveInfinity(leading)
            ? Leading(row) > LoneRowLeading * height
            : Leading(row) > MoreWhite * MathF.Max(leading, TightestLeading * height);
    }

    private float Leading(int row) => _rows[row].Y - _rows[row - 1].Y;

    private bool HasOtherSize(int row)
    {
        (float a, float b) = (_rows[row].Height, _rows[row - 1].Height);
        return MathF.Max(a, b) > OtherSize * MathF.Min(a, b);
    }

    /// <summary>In from the margin, after a row at the margin or after one that ended early.</summary>
    private bool IsIndented(int row)
    {
        float height = _rows[row].Height;
        float indent = _rows[row].Left - _margin;
        TextRow before = _rows[row - 1];
        return indent > MinimumIndent * height
            && indent <= MaximumIndent * height
            && (
                before.Left - _margin <= MinimumIndent * height || before.Right < _rightMargin - MaximumIndent * height
            );
    }

    /// <summary>The place where most rows begin, and how many do.</summary>
    private static (float Edge, int Count) CommonEdge(float[] edges, float width)
    {
        Array.Sort(edges);
        (float edge, int most) = (edges[0], 0);
        for (int first = 0, end = 0; first < edges.Length; first++)
        {
            while (end < edges.Length && edges[end] - edges[first] <= width)
            {
                end++;
            }

            if (end - first > most)
            {
                (edge, most) = (edges[first], end - first);
            }
        }

        return (edge, most);
    }
}
