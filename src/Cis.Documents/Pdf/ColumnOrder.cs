namespace Cis.Documents.Pdf;

/// <summary>
/// Puts two columns in order that the page writes row by row, left line then right line. A page that writes its
/// columns one after the other, as most do, and a table, whose rows belong together, pass unchanged.
/// </summary>
internal static class ColumnOrder
{
    // Columns of running text: enough rows to be sure, and cells that are lines rather than a table's entries.
    private const int MinRows = 4;
    private const int MinGlyphsPerLine = 20;

    internal static List<TextFragment> Apply(List<TextFragment> fragments)
    {
        var ordered = new List<TextFragment>(fragments.Count);
        int i = 0;
        while (i < fragments.Count)
        {
            int end = EndOfTwoColumns(fragments, i);
            if (end > i)
            {
                AddEverySecond(fragments, i, end, ordered);
                AddEverySecond(fragments, i + 1, end, ordered);
                i = end;
            }
            else
            {
                ordered.Add(fragments[i++]);
            }
        }

        return ordered;
    }

    /// <summary>The end of a run of rows of two fragments each with one gutter between, or the start if there is none.</summary>
    private static int EndOfTwoColumns(List<TextFragment> fragments, int start)
    {
        (float left, float right) = (float.MinValue, float.MaxValue);
        int end = start;
        int glyphs = 0;
        while (end + 1 < fragments.Count && fragments[end].IsFollowedInRowBy(fragments[end + 1]))
        {
            float newLeft = MathF.Max(left, fragments[end].Frame.Right);
            float newRight = MathF.Min(right, fragments[end + 1].Frame.Left);
            bool thirdInRow = end + 2 < fragments.Count && fragments[end + 1].IsFollowedInRowBy(fragments[end + 2]);
            if (newLeft >= newRight || thirdInRow)
            {
                break;
            }

            (left, right) = (newLeft, newRight);
            glyphs += fragments[end].Glyphs.Length + fragments[end + 1].Glyphs.Length;
            end += 2;
        }

        int rows = (end - start) / 2;
        return rows >= MinRows && glyphs >= 2 * rows * MinGlyphsPerLine ? end : start;
    }

    private static void AddEverySecond(List<TextFragment> from, int start, int end, List<TextFragment> to)
    {
        for (int i = start; i < end; i += 2)
        {
            to.Add(from[i]);
        }
    }
}
