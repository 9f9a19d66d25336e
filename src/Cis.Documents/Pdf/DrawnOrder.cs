namespace Cis.Documents.Pdf;

/// <summary>
/// Tells whether a page draws its text in the order in which it is read: line after line down the page, or down one
/// column of running text and then down the next. Where it does, that order is kept, for it is the author's. Where it
/// draws cells side by side, goes back up, or fills in values after all labels, the places of the lines tell the order.
/// </summary>
internal static class DrawnOrder
{
    // In glyph heights: a mark set a little higher than the one before steps back by less than a line.
    private const float StepBack = -0.5f;

    // In glyph heights: more white than a justified line has between words.
    private const float CellGap = 1;

    // Two pieces in a row, once, are a heading with its number or a line with its date.
    private const int MostCells = 1;

    // Glyphs in a line of running text; labels, values and cells have fewer.
    private const int RunningText = 20;

    internal static bool IsReadingOrder(List<TextFragment> fragments)
    {
        int cells = 0;
        var column = new Column();
        for (int i = 0; i < fragments.Count; i++)
        {
            TextFragment fragment = fragments[i];
            TextFragment? last = i > 0 ? fragments[i - 1] : null;
            if (last is null || !fragment.IsSetLike(last) || fragment.IsVertical)
            {
                column = new Column();
            }
            else if (last.IsFollowedInRowBy(fragment))
            {
                cells += fragment.Frame.Left - last.Frame.Right > CellGap * last.GlyphHeight ? 1 : 0;
            }
            else if (fragment.StepFrom(last) < StepBack)
            {
                if (!column.IsRunningText || fragment.Frame.Left < column.Right || !StartsRunningText(fragments, i))
                {
                    return false;
                }

                column = new Column();
            }

            column.Add(fragment);
        }

        return cells <= MostCells;
    }

    private static bool StartsRunningText(List<TextFragment> fragments, int first)
    {
        var column = new Column();
        for (
            int i = first;
            i < fragments.Count && (i == first || fragments[i].StepFrom(fragments[i - 1]) >= StepBack);
            i++
        )
        {
            column.Add(fragments[i]);
        }

        return column.IsRunningText;
    }

    /// <summary>The lines since the page last started over at the top.</summary>
    private struct Column()
    {
        private int _lines;
        private int _glyphs;

        internal float Right { get; private set; } = float.NegativeInfinity;

        internal readonly bool IsRunningText => _glyphs >= RunningText * _lines;

        internal void Add(TextFragment line)
        {
            _lines++;
            _glyphs += line.Glyphs.Length;
            Right = MathF.Max(Right, line.Frame.Right);
        }
    }
}
