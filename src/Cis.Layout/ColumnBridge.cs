namespace Cis.Layout;

/// <summary>
/// Recognizes lines that cross a gutter but do not end it: the caption of a figure between two columns, with text
/// beside it or with columns that continue below it. A heading across the columns, in contrast, separates those above
/// from those below.
/// </summary>
internal static class ColumnBridge
{
    // Captions are seldom longer; a paragraph across the columns is a section of the page.
    private const int MaximumLines = 6;

    // A line beside a caption has at least a word or two.
    private const int MinimumText = 6;

    // Rows beside a caption are not further away than its own height.
    private const float Beside = 0.3f;

    // More than the lines around a caption: a bound on the work that a crafted page can cause.
    private const int MaximumNeighbors = 128;

    // How many more signs there must be for it than for reading the columns above first.
    private const int SurerBy = 1;

    /// <summary>Whether the columns on both sides continue below lines that cross the strip between them.</summary>
    /// <param name="lines">The region's, sorted by <see cref="Fragment.Y"/>.</param>
    /// <param name="strip">The strip; its range is that of the columns above.</param>
    /// <param name="first">The index of the first line that crosses it.</param>
    /// <param name="end">
    /// One past the last of them, including lines of one side that are level with them.
    /// </param>
    public static bool Spans(List<Fragment> lines, Gutter strip, int first, out int end)
    {
        end = EndOfCrossing(lines, strip, first, out int crossing, out bool hasTextBeside);
        return crossing <= MaximumLines && (hasTextBeside || SentencesGoOn(lines, strip, first, end));
    }

    /// <summary>The lines that cross the strip one after another, with those beside them.</summary>
    private static int EndOfCrossing(List<Fragment> lines, Gutter strip, int first, out int crossing, out bool hasText)
    {
        crossing = 1;
        hasText = HasTextOnBothSides(lines, strip, first);
        int end = first + 1;
        for (int i = first + 1; i < Math.Min(lines.Count, first + MaximumNeighbors) && crossing <= MaximumLines; i++)
        {
            if (strip.SideOf(lines[i]) == GutterSide.Across)
            {
                crossing++;
                end = i + 1;
                hasText = hasText && HasTextOnBothSides(lines, strip, i);
            }
            else if (lines[i].Top - lines[end - 1].Bottom > lines[i].Height)
            {
                break;
            }
        }

        return end;
    }

    private static bool HasTextOnBothSides(List<Fragment> lines, Gutter strip, int index)
    {
        bool left = false;
        bool right = false;
        Fragment line = lines[index];
        for (int step = -1; step <= 1; step += 2)
        {
            int last = index + step * MaximumNeighbors;
            for (int i = index + step; i >= 0 && i < lines.Count && i != last; i += step)
            {
                Fragment other = lines[i];
                if (MathF.Abs(other.Y - line.Y) > MathF.Max(line.Height, other.Height))
                {
                    break;
                }

                if (line.SharedHeight(other) > Beside && other.TextCharacters >= MinimumText)
                {
                    GutterSide side = strip.SideOf(other);
                    left |= side == GutterSide.Left && other.Right <= line.Left;
                    right |= side == GutterSide.Right && other.Left >= line.Right;
                }
            }
        }

        return left && right;
    }

    /// <summary>The sentences above continue below in the same column, rather than at the top of the next.</summary>
    private static bool SentencesGoOn(List<Fragment> lines, Gutter strip, int first, int end)
    {
        if (
            Seek(lines, strip, GutterSide.Left, first - 1, strip.First - 1, null) is not { } left
            || Seek(lines, strip, GutterSide.Right, first - 1, strip.First - 1, null) is not { } right
            || Seek(lines, strip, GutterSide.Left, end, lines.Count, left) is not { } leftBelow
            || Seek(lines, strip, GutterSide.Right, end, lines.Count, right) is not { } rightBelow
            || Seek(lines, strip, GutterSide.Right, strip.First, first, right) is not { } rightTop
        )
        {
            return false;
        }

        int down = SentenceFlow.Between(left, leftBelow) + SentenceFlow.Between(right, rightBelow);
        int across = SentenceFlow.Between(left, rightTop) + SentenceFlow.Between(right, leftBelow);
        return down >= across + SurerBy;
    }

    /// <summary>The first line of running text on a side, from an index to another, below or above a line of its column.</summary>
    private static Fragment? Seek(
        List<Fragment> lines,
        Gutter strip,
        GutterSide side,
        int from,
        int to,
        Fragment? column
    )
    {
        int step = from <= to ? 1 : -1;
        to = Math.Clamp(to, from - MaximumNeighbors, from + MaximumNeighbors);
        for (int i = from; i != to && i >= 0 && i < lines.Count; i += step)
        {
            Fragment line = lines[i];
            GutterSide where = strip.SideOf(line);
            if (where == GutterSide.Across && step > 0)
            {
                return null;
            }

            if (where == side && line.Running && (column is null || column.SharesWidth(line)))
            {
                return line;
            }
        }

        return null;
    }
}
