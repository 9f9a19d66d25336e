namespace Cis.Layout;

/// <summary>
/// Finds tables by their rulings: those that meet make a grid, which is cut into rows where one runs from side to side,
/// and each row into cells where others run from its top to its bottom. Where rulings part columns only, text tells the
/// rows: see <see cref="CellRows"/>.
/// </summary>
internal sealed class RuledTableFinder
{
    // In line heights: rulings that end this close to each other meet.
    private const float Touching = 0.5f;

    // A page of drawings and hatching is not a table; this bounds the work that a crafted page can cause.
    private const int MaximumRules = 600;
    private const int MaximumDepth = 8;
    private const int MaximumCuts = 1_000;

    // Several pages printed on one sheet, with rulings between them: each has more lines than cells ever have.
    private const int LinesOfPage = 12;

    private readonly List<Rule> _across = [];
    private readonly List<Rule> _down = [];
    private float _near;
    private int _cells;
    private int _pages;
    private int _cuts;

    /// <summary>
    /// Takes the lines of ruled tables out of a page, and puts in their place one that stands for the table. A table of
    /// figures and names stays as it is: nothing in it can be taken for columns.
    /// </summary>
    /// <param name="lines">Sorted by <see cref="Fragment.Y"/>, and again afterwards.</param>
    /// <param name="rulings">As found.</param>
    /// <param name="skew">The page's skew in radians.</param>
    /// <param name="tables">Receives all tables, those left as they are too.</param>
    public static void Fold(List<Fragment> lines, IReadOnlyList<Ruling> rulings, float skew, List<RuledTable> tables)
    {
        if (lines.Count == 0 || rulings.Count is < 3 or > MaximumRules)
        {
            return;
        }

        var finder = new RuledTableFinder { _near = Touching * MedianHeight(lines) };
        Rule.Sort(rulings, skew, finder._across, finder._down);
        Rule.Mend(finder._across, finder._near);
        foreach (Area area in finder.Grids())
        {
            finder.Fold(lines, area, tables);
        }
    }

    private static float MedianHeight(List<Fragment> lines)
    {
        float[] heights = [.. lines.Select(line => line.Height)];
        Array.Sort(heights);
        return heights[heights.Length / 2];
    }

    /// <summary>The rectangles around rulings that meet, where they part something.</summary>
    private List<Area> Grids()
    {
        int[] group = Groups();
        var areas = new List<Area>();
        for (int root = 0; root < group.Length; root++)
        {
            if (group[root] == root && AreaOf(group, root) is { } area)
            {
                areas.Add(area);
            }
        }

        return areas;
    }

    /// <summary>For each ruling, those across first, the number of the first one of those it hangs together with.</summary>
    private int[] Groups()
    {
        int[] group = [.. Enumerable.Range(0, _across.Count + _down.Count)];
        for (int i = 0; i < _across.Count; i++)
        {
            for (int j = 0; j < _down.Count; j++)
            {
                if (_across[i].Meets(_down[j], _near))
                {
                    Join(group, i, _across.Count + j);
                }
            }
        }

        for (int i = 0; i < group.Length; i++)
        {
            group[i] = group[group[i]];
        }

        return group;
    }

    private static void Join(int[] group, int a, int b)
    {
        (a, b) = (Root(group, a), Root(group, b));
        group[Math.Max(a, b)] = Math.Min(a, b);
    }

    private static int Root(int[] group, int i)
    {
        while (group[i] != i)
        {
            group[i] = group[group[i]];
            i = group[i];
        }

        return i;
    }

    private Area? AreaOf(int[] group, int root)
    {
        var area = new Area(
            float.PositiveInfinity,
            float.PositiveInfinity,
            float.NegativeInfinity,
            float.NegativeInfinity
        );
        int across = 0;
        int down = 0;
        for (int i = 0; i < group.Length; i++)
        {
            if (group[i] != root)
            {
                continue;
            }

            bool isAcross = i < _across.Count;
            Rule rule = isAcross ? _across[i] : _down[i - _across.Count];
            area = isAcross
                ? Around(area, rule.Start, rule.At, rule.End, rule.At)
                : Around(area, rule.At, rule.Start, rule.At, rule.End);
            (across, down) = isAcross ? (across + 1, down) : (across, down + 1);
        }

        return across >= 2 && down >= 1 ? area : null;
    }

    private static Area Around(Area area, float left, float top, float right, float bottom) =>
        new(
            MathF.Min(area.Left, left),
            MathF.Min(area.Top, top),
            MathF.Max(area.Right, right),
            MathF.Max(area.Bottom, bottom)
        );

    private void Fold(List<Fragment> lines, Area area, List<RuledTable> tables)
    {
        List<Fragment> inside = lines.FindAll(area.Holds);
        if (inside.Count < 2)
        {
            return;
        }

        (_cells, _pages) = (0, 0);
        List<List<RuledCell>> rows = Cut(area, inside, 0);
        bool standsApart = rows.Exists(CellRows.StandApart);
        if ((rows.Count < 2 && !standsApart) || rows.Max(row => row.Count) < 2 || 2 * _pages > _cells)
        {
            return;
        }

        var table = new RuledTable(area, rows);
        tables.Add(table);
        if (standsApart || rows.Exists(row => row.Exists(cell => cell.Lines.Exists(RunningText.IsText))))
        {
            lines.RemoveAll(area.Holds);
            lines.Add(Fragment.Of(table, inside));
            lines.Sort(static (a, b) => a.Y.CompareTo(b.Y));
        }
    }

    private List<List<RuledCell>> Cut(Area area, List<Fragment> lines, int depth)
    {
        if (lines.Count == 0)
        {
            return [];
        }

        if (depth < MaximumDepth && _cuts++ < MaximumCuts)
        {
            List<float> across = RulesAcross(area);
            if (across.Count > 0)
            {
                return CutAcross(area, lines, across, depth);
            }

            if (SpanOfRows(area) is { } x)
            {
                return Beside(
                    Cut(area with { Right = x }, lines.FindAll(line => IsLeftOf(line, x)), depth + 1),
                    Cut(area with { Left = x }, lines.FindAll(line => !IsLeftOf(line, x)), depth + 1)
                );
            }
        }

        return CellRows.Of(Cells(area, lines));
    }

    private List<List<RuledCell>> CutAcross(Area area, List<Fragment> lines, List<float> rules, int depth)
    {
        var rows = new List<List<RuledCell>>();
        float top = area.Top;
        int next = 0;
        foreach (float bottom in rules.Append(area.Bottom))
        {
            int first = next;
            while (next < lines.Count && (lines[next].Y < bottom || bottom == area.Bottom))
            {
                next++;
            }

            rows.AddRange(
                Cut(area with { Top = top, Bottom = bottom }, lines.GetRange(first, next - first), depth + 1)
            );
            top = bottom;
        }

        return rows;
    }

    /// <summary>The rulings from side to side, inside an area.</summary>
    private List<float> RulesAcross(Area area)
    {
        var rules = new List<float>();
        foreach (Rule rule in _across)
        {
            if (
                rule.At > area.Top + _near
                && rule.At < area.Bottom - _near
                && rule.Covers(area.Left, area.Right, 2 * _near)
            )
            {
                rules.Add(rule.At);
            }
        }

        return rules;
    }

    /// <summary>Where a cell ends that stands beside several rows: a ruling across begins or ends at one that runs down there.</summary>
    private float? SpanOfRows(Area area)
    {
        foreach (Rule across in _across)
        {
            if (across.At <= area.Top + _near || across.At >= area.Bottom - _near)
            {
                continue;
            }

            foreach (Rule down in _down)
            {
                bool isEnd = MathF.Abs(down.At - across.Start) <= _near || MathF.Abs(down.At - across.End) <= _near;
                if (isEnd && IsInner(area, down))
                {
                    return down.At;
                }
            }
        }

        return null;
    }

    private bool IsInner(Area area, Rule down) =>
        down.At > area.Left + _near && down.At < area.Right - _near && down.Covers(area.Top, area.Bottom, 2 * _near);

    private static bool IsLeftOf(Fragment line, float x) => (line.Left + line.Right) / 2 < x;

    /// <summary>A cell beside several rows stands in the first of them.</summary>
    private static List<List<RuledCell>> Beside(List<List<RuledCell>> left, List<List<RuledCell>> right)
    {
        var rows = new List<List<RuledCell>>();
        for (int i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            rows.Add([.. i < left.Count ? left[i] : [], .. i < right.Count ? right[i] : []]);
        }

        return rows;
    }

    private List<RuledCell> Cells(Area area, List<Fragment> lines)
    {
        var cells = new List<RuledCell>();
        List<Fragment> rest = lines;
        float last = area.Left;
        foreach (Rule down in _down)
        {
            if (down.At - last > 2 * _near && IsInner(area, down))
            {
                cells.Add(new RuledCell(last, rest.FindAll(line => IsLeftOf(line, down.At))));
                rest = rest.FindAll(line => !IsLeftOf(line, down.At));
                last = down.At;
            }
        }

        cells.Add(new RuledCell(last, rest));
        _cells += cells.Count(cell => cell.Lines.Count > 0);
        _pages += cells.Count(cell => cell.Lines.Count >= LinesOfPage);
        return cells;
    }
}
