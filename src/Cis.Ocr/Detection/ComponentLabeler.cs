namespace Cis.Ocr.Detection;

/// <summary>A horizontal run of text pixels of one row, <paramref name="Start"/> to <paramref name="End"/> inclusive.</summary>
internal readonly record struct PixelRun(int Row, int Start, int End);

/// <summary>
/// Finds the connected regions (8 neighbors) of a probability map above a threshold: rows become runs, runs that touch
/// are joined by union-find. One pass over the pixels; its tables are used again from page to page.
/// </summary>
internal sealed class ComponentLabeler
{
    private PixelRun[] _runs = new PixelRun[1024];
    private int[] _parents = new int[1024];
    private int[] _componentOfRoot = new int[1024];
    private PixelRun[] _sorted = new PixelRun[1024];
    private int[] _offsets = new int[256];
    private int _count;

    /// <summary>How many regions the last map has.</summary>
    public int ComponentCount { get; private set; }

    /// <summary>A region's runs, top to bottom, those of a row left to right.</summary>
    public ReadOnlySpan<PixelRun> Component(int index) =>
        _sorted.AsSpan(_offsets[index], _offsets[index + 1] - _offsets[index]);

    /// <summary>Labels a map.</summary>
    /// <param name="map">Row by row, width * height values.</param>
    /// <param name="width">Of the map.</param>
    /// <param name="height">Of the map.</param>
    /// <param name="threshold">Pixels above it are text.</param>
    public void Label(ReadOnlySpan<float> map, int width, int height, float threshold)
    {
        _count = 0;
        int above = 0;
        for (int y = 0; y < height; y++)
        {
            int rowStart = _count;
            AddRuns(map.Slice(y * width, width), y, threshold);
            JoinRows(above, rowStart);
            above = rowStart;
        }

        GroupByComponent();
    }

    private void AddRuns(ReadOnlySpan<float> row, int y, float threshold)
    {
        int x = 0;
        while (x < row.Length)
        {
            if (!(row[x] > threshold))
            {
                x++;
                continue;
            }

            int start = x;
            while (x < row.Length && row[x] > threshold)
            {
                x++;
            }

            AddRun(new PixelRun(y, start, x - 1));
        }
    }

    private void AddRun(PixelRun run)
    {
        if (_count == _runs.Length)
        {
            Array.Resize(ref _runs, _count * 2);
            Array.Resize(ref _parents, _count * 2);
        }

        _runs[_count] = run;
        _parents[_count] = _count;
        _count++;
    }

    private void JoinRows(int above, int current)
    {
        int aboveEnd = current;
        for (int i = current; i < _count; i++)
        {
            PixelRun run = _runs[i];
            while (above < aboveEnd && _runs[above].End < run.Start - 1)
            {
                above++;
            }

            for (int j = above; j < aboveEnd && _runs[j].Start <= run.End + 1; j++)
            {
                Union(i, j);
            }
        }
    }

    private void Union(int a, int b)
    {
        int rootA = Find(a);
        int rootB = Find(b);
        _parents[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB);
    }

    private int Find(int run)
    {
        while (_parents[run] != run)
        {
            // Path halving: every other link is shortened on the way up.
            _parents[run] = _parents[_parents[run]];
            run = _parents[run];
        }

        return run;
    }

    private void GroupByComponent()
    {
        EnsureTables();
        ComponentCount = 0;
        for (int i = 0; i < _count; i++)
        {
            // A root is its component's first run, so it is numbered before any other run asks.
            int root = Find(i);
            _componentOfRoot[i] = root == i ? ComponentCount++ : _componentOfRoot[root];
        }

        CountOffsets();
        for (int i = 0; i < _count; i++)
        {
            _sorted[_offsets[_componentOfRoot[i]]++] = _runs[i];
        }

        // Filling moved every offset to its component's end, which is the next one's start.
        _offsets.AsSpan(0, ComponentCount).CopyTo(_offsets.AsSpan(1));
        _offsets[0] = 0;
    }

    private void CountOffsets()
    {
        if (_offsets.Length < ComponentCount + 1)
        {
            _offsets = new int[(ComponentCount + 1) * 2];
        }

        _offsets.AsSpan(0, ComponentCount + 1).Clear();
        for (int i = 0; i < _count; i++)
        {
            _offsets[_componentOfRoot[i]]++;
        }

        int start = 0;
        for (int c = 0; c <= ComponentCount; c++)
        {
            (_offsets[c], start) = (start, start + _offsets[c]);
        }
    }

    private void EnsureTables()
    {
        if (_sorted.Length < _count)
        {
            _sorted = new PixelRun[_runs.Length];
            _componentOfRoot = new int[_runs.Length];
        }
    }
}
