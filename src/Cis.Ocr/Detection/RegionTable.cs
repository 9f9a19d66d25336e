namespace Cis.Ocr.Detection;

/// <summary>
/// The connected regions (8 neighbors) that the rows of a picture, given one after another as runs, make up; those that
/// no later row can touch are handed out and forgotten.
/// </summary>
internal sealed class RegionTable
{
    private readonly List<Region> _regions = [];
    private List<Run> _above = [];
    private List<Run> _row = [];
    private int _next;

    /// <summary>The runs to come are of the next row.</summary>
    public void BeginRow()
    {
        (_above, _row) = (_row, _above);
        _row.Clear();
        _next = 0;
    }

    /// <summary>Adds a run of the row, behind the last.</summary>
    /// <param name="y">The row.</param>
    /// <param name="start">Its first pixel.</param>
    /// <param name="end">Its last pixel.</param>
    public void Add(int y, int start, int end)
    {
        while (_next < _above.Count && _above[_next].End < start - 1)
        {
            _next++;
        }

        int region = -1;
        for (int i = _next; i < _above.Count && _above[i].Start <= end + 1; i++)
        {
            region = region < 0 ? Find(_above[i].Region) : Join(region, _above[i].Region);
        }

        if (region < 0)
        {
            region = _regions.Count;
            _regions.Add(new Region(region, start, end, y, y));
        }
        else
        {
            Region r = _regions[region];
            _regions[region] = r with { Left = Math.Min(r.Left, start), Right = Math.Max(r.Right, end), Bottom = y };
        }

        _row.Add(new Run(start, end, region));
    }

    /// <summary>Hands out the regions that the last row does not touch.</summary>
    public void Retire(Action<InkMark> take)
    {
        var kept = new Dictionary<int, int>();
        var regions = new List<Region>();
        for (int i = 0; i < _row.Count; i++)
        {
            int root = Find(_row[i].Region);
            if (!kept.TryGetValue(root, out int index))
            {
                index = regions.Count;
                kept.Add(root, index);
                regions.Add(_regions[root] with { Parent = index });
            }

            _row[i] = _row[i] with { Region = index };
        }

        for (int i = 0; i < _regions.Count; i++)
        {
            if (_regions[i].Parent == i && !kept.ContainsKey(i))
            {
                take(_regions[i].ToMark());
            }
        }

        _regions.Clear();
        _regions.AddRange(regions);
    }

    /// <summary>Hands out what is left: there are no more rows.</summary>
    public void RetireAll(Action<InkMark> take)
    {
        BeginRow();
        Retire(take);
    }

    private int Find(int region)
    {
        while (_regions[region].Parent != region)
        {
            // Path halving, as in ComponentLabeler.
            int grand = _regions[_regions[region].Parent].Parent;
            _regions[region] = _regions[region] with { Parent = grand };
            region = grand;
        }

        return region;
    }

    private int Join(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b)
        {
            return a;
        }

        (int root, int other) = a < b ? (a, b) : (b, a);
        (Region r, Region o) = (_regions[root], _regions[other]);
        _regions[root] = new Region(
            root,
            Math.Min(r.Left, o.Left),
            Math.Max(r.Right, o.Right),
            Math.Min(r.Top, o.Top),
            Math.Max(r.Bottom, o.Bottom)
        );
        _regions[other] = o with { Parent = root };
        return root;
    }

    private readonly record struct Run(int Start, int End, int Region);

    private readonly record struct Region(int Parent, int Left, int Right, int Top, int Bottom)
    {
        public InkMark ToMark() => new(Left, Top, Right - Left + 1, Bottom - Top + 1);
    }
}
