namespace Cis.Documents.Pdf;

/// <summary>
/// Tells where a page's rows begin a block: at each column, and, where columns stand side by side, at what runs across
/// them above or below.
/// </summary>
internal static class BlockFinder
{
    // In glyph heights. A cell or a mark set a little higher than the one before steps back by less than a line.
    private const float StepBack = -0.5f;

    // Fewer rows beside others are a header, or a paragraph's short last lines.
    private const int MinRows = 3;

    /// <summary>For each row, whether it begins a block.</summary>
    /// <param name="rows">In reading order.</param>
    internal static bool[] FindStarts(List<TextFragment> rows)
    {
        bool[] starts = new bool[rows.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = i == 0 || !rows[i].IsSetLike(rows[i - 1]) || StepsBack(rows, i);
        }

        for (int i = 1; i < starts.Length; i++)
        {
            if (StepsBack(rows, i))
            {
                PartFromRowsAcross(rows, starts, i);
            }
        }

        return starts;
    }

    /// <summary>Back up the page; lines set from top to bottom begin at its top each.</summary>
    private static bool StepsBack(List<TextFragment> rows, int i) =>
        rows[i].IsSetLike(rows[i - 1]) && !rows[i].IsVertical && rows[i].StepFrom(rows[i - 1]) < StepBack;

    /// <summary>Ends two columns that stand side by side where rows run across them.</summary>
    /// <param name="rows">In reading order.</param>
    /// <param name="starts">Receives the start of the left column, and of what follows the right one.</param>
    /// <param name="right">The right column's first row.</param>
    private static void PartFromRowsAcross(List<TextFragment> rows, bool[] starts, int right)
    {
        (int left, float edge) = FollowUp(rows, starts, right);
        int end = FollowDown(rows, starts, right, edge);
        if (right - left >= MinRows && end - right >= MinRows)
        {
            starts[left] = true;
            if (end < starts.Length)
            {
                starts[end] = true;
            }
        }
    }

    /// <summary>The left column's first row: those above reach into the right column. And the column's right edge.</summary>
    private static (int Row, float Edge) FollowUp(List<TextFragment> rows, bool[] starts, int right)
    {
        float edge = float.NegativeInfinity;
        int row = right;
        while ((row == right || !starts[row]) && rows[row - 1].Frame.Right <= rows[right].Frame.Left)
        {
            edge = MathF.Max(edge, rows[--row].Frame.Right);
        }

        return (row, edge);
    }

    /// <summary>The row behind the right column's last: it begins left of the column, or there is none.</summary>
    private static int FollowDown(List<TextFragment> rows, bool[] starts, int right, float leftEdge)
    {
        float margin = float.PositiveInfinity;
        int row = right;
        while (row < rows.Count && (row == right || !starts[row]) && rows[row].Frame.Left >= leftEdge)
        {
            // The first row may be indented: the margin is not known before some rows have been seen.
            if (row - right >= MinRows && rows[row].Frame.Left < margin - rows[right].GlyphHeight)
            {
                break;
            }

            margin = MathF.Min(margin, rows[row++].Frame.Left);
        }

        return row;
    }
}
