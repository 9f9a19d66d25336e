namespace Cis.Layout;

/// <summary>
/// Finds the white strip that parts a region of the page into columns, if it has one. Candidates are the places where
/// lines begin (tab stops: R. Smith, "Hybrid Page Layout Analysis via Tab-Stop Detection", ICDAR 2009): the strip left
/// of each is followed up and down the page until a line crosses it, which makes it a maximal white rectangle
/// (T. Breuel, "Two Geometric Algorithms for Layout Analysis", DAS 2002). The tallest of those that
/// <see cref="GutterJudge"/> takes for a gutter between columns is the outermost.
/// </summary>
internal sealed class ColumnFinder
{
    // In box heights. Detectors leave a fifth of one around the glyphs on either side, so this is about half an em
    // more of white: close to one em in all, the least that typesetters put between columns.
    private const float MinimumGutter = 0.4f;

    // In box heights: how unevenly the beginnings of one column's lines are detected.
    private const float Raggedness = 0.25f;

    // In box heights: tab stops closer than this are one.
    private const float SameTab = 0.1f;

    // In box heights: white that sets a running head or a page number apart from the columns; more than a blank line
    // between paragraphs, which is 0.7.
    private const float LooseBandGap = 0.8f;

    // Against the white between the lines of a column set with more leading: what sets a band apart from those is half
    // as much again.
    private const float LooserThanLines = 1.5f;

    // Of the white between two paragraphs: as unevenly as lines are detected.
    private const float SameGap = 0.8f;

    // More lines than a letterhead or a title with its author are a part of the columns.
    private const int LooseBandLines = 6;

    // Places to try, times the lines to be told apart there: a page of 1,500 lines at 300 places. Only heaps of boxes have
    // more.
    private const int MaximumSides = 500_000;
    private const int MinimumTries = 16;

    // Looks at a line, on a whole page: ten times what the densest newspapers take.
    private const int MaximumLooks = 8_000_000;
    private const int LooksOfJudge = 16;

    private readonly GutterJudge _judge = new();
    private readonly List<float> _tabs = [];
    private readonly List<float> _gaps = [];
    private int _looks = MaximumLooks;

    /// <summary>The outermost gutter of a region.</summary>
    /// <param name="lines">Sorted by <see cref="Fragment.Y"/>.</param>
    /// <returns>Null where the region is one column, or a table.</returns>
    public Gutter? Find(List<Fragment> lines)
    {
        if (lines.Count < 2 * GutterJudge.MinimumLines)
        {
            return null;
        }

        float unit = CollectTabs(lines);
        var tallest = default(Gutter);
        float last = float.NegativeInfinity;
        int tries = Math.Max(MinimumTries, MaximumSides / lines.Count);
        foreach (float tab in _tabs)
        {
            if (tab - last >= SameTab * unit && tries > 0 && _looks > 0)
            {
                last = tab;
                tries--;
                _looks -= lines.Count;
                var strip = new Gutter(tab - MinimumGutter * unit, tab - Raggedness * unit, 0, 0);
                FollowStrip(lines, strip, unit, ref tallest);
            }
        }

        return tallest.End > 0 ? tallest : null;
    }

    /// <summary>Sorts the places where lines begin.</summary>
    /// <returns>The median height of the lines.</returns>
    private float CollectTabs(List<Fragment> lines)
    {
        _tabs.Clear();
        foreach (Fragment line in lines)
        {
            _tabs.Add(line.Height);
        }

        _tabs.Sort();
        float unit = _tabs[_tabs.Count / 2];
        for (int i = 0; i < lines.Count; i++)
        {
            _tabs[i] = lines[i].Left;
        }

        _tabs.Sort();
        return unit;
    }

    private void FollowStrip(List<Fragment> lines, Gutter strip, float unit, ref Gutter tallest)
    {
        int first = 0;
        var left = default(SideCount);
        var right = default(SideCount);
        for (int i = 0; i <= lines.Count; i++)
        {
            GutterSide side = i < lines.Count ? strip.SideOf(lines[i]) : GutterSide.Across;
            if (side == GutterSide.Left)
            {
                left.Add(lines[i]);
            }
            else if (side == GutterSide.Right)
            {
                right.Add(lines[i]);
            }
            else
            {
                bool mayPart = GutterJudge.MayPartColumns(left, right);
                if (mayPart)
                {
                    Consider(lines, strip with { First = first, End = i }, unit, ref tallest);
                }

                if (
                    mayPart
                    && i < lines.Count
                    && ColumnBridge.Spans(lines, strip with { First = first }, i, out int end)
                )
                {
                    i = end - 1;
                    continue;
                }

                first = i + 1;
                (left, right) = (default, default);
            }
        }
    }

    private void Consider(List<Fragment> lines, Gutter gutter, float unit, ref Gutter tallest)
    {
        if (gutter.HeightAmong(lines) <= tallest.HeightAmong(lines))
        {
            return;
        }

        float gap = MathF.Max(LooseBandGap * unit, LooserThanLines * UsualGap(lines, gutter));
        _looks -= LooksOfJudge * (gutter.End - gutter.First);
        gutter = WithoutLooseBands(lines, gutter, gap);
        if (gutter.HeightAmong(lines) > tallest.HeightAmong(lines) && _judge.PartsColumns(lines, gutter))
        {
            tallest = gutter;
        }
    }

    /// <summary>
    /// Takes running heads, page numbers and titles off a gutter's ends: they may leave a gutter's place white and yet
    /// belong to all columns.
    /// </summary>
    private static Gutter WithoutLooseBands(List<Fragment> lines, Gutter gutter, float gap)
    {
        int length;
        while ((length = LooseBand(lines, gutter.First, 1, gutter.End - gutter.First, gap)) > 0)
        {
            gutter = gutter with { First = gutter.First + length };
        }

        while (
            (length = LooseBand(lines, gutter.End - 1, -1, gutter.End - gutter.First, gap)) > 0
            && !IsLastParagraph(lines, gutter, gutter.End - length)
        )
        {
            gutter = gutter with { End = gutter.End - length };
        }

        return gutter;
    }

    /// <summary>The median of the white below the lines of running text: wide in a typescript with double spacing.</summary>
    private float UsualGap(List<Fragment> lines, Gutter gutter)
    {
        _gaps.Clear();
        Fragment? left = null;
        Fragment? right = null;
        for (int i = gutter.First; i < gutter.End; i++)
        {
            Fragment line = lines[i];
            GutterSide side = gutter.SideOf(line);
            if (side == GutterSide.Across || !line.Running)
            {
                continue;
            }

            ref Fragment? above = ref side == GutterSide.Left ? ref left : ref right;
            if (above is not null && above.SharedHeight(line) < 0.5f)
            {
                _gaps.Add(line.Top - above.Bottom);
            }

            above = line;
        }

        _gaps.Sort();
        return _gaps.Count > 0 ? _gaps[_gaps.Count / 2] : 0;
    }

    /// <summary>
    /// Whether the lines from an index on, all of one column, stand no further below it than its paragraphs from each
    /// other: then they are the last of these, and the column is but the longer one.
    /// </summary>
    private static bool IsLastParagraph(List<Fragment> lines, Gutter gutter, int first)
    {
        GutterSide side = gutter.SideOf(lines[first]);
        for (int i = first + 1; i < gutter.End; i++)
        {
            if (gutter.SideOf(lines[i]) != side)
            {
                return false;
            }
        }

        float apart = float.NegativeInfinity;
        Fragment below = lines[first];
        for (int i = first - 1; i >= gutter.First; i--)
        {
            Fragment line = lines[i];
            if (gutter.SideOf(line) != side)
            {
                continue;
            }

            float gap = below.Top - line.Bottom;
            if (apart < 0)
            {
                apart = gap;
            }
            else if (gap >= SameGap * apart && line.Running && below.Running)
            {
                return true;
            }

            below = line;
        }

        return false;
    }

    /// <summary>How many lines, counted from one end of a range, stand apart and hold no more than a line or two of text.</summary>
    private static int LooseBand(List<Fragment> lines, int start, int step, int available, float gap)
    {
        int running = 0;
        for (int count = 1; count < available && count <= LooseBandLines; count++)
        {
            Fragment line = lines[start + (count - 1) * step];
            Fragment next = lines[start + count * step];
            running += line.Running ? 1 : 0;
            if (running >= GutterJudge.MinimumLines)
            {
                return 0;
            }

            if (MathF.Max(next.Top - line.Bottom, line.Top - next.Bottom) >= gap)
            {
                return count;
            }
        }

        return 0;
    }
}
