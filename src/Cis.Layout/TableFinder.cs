namespace Cis.Layout;

/// <summary>
/// Finds tables without rulings: rows of a block through which the same stretches of white run, row after row, each
/// wider than the space between words. Rows of running text are not a table, however they are set.
/// </summary>
internal sealed class TableFinder
{
    // In line heights. Boxes hold a fifth of an em around the glyphs on both sides, so that this is an em of white.
    private const float MinimumGap = 0.5f;

    // In line heights: a table's rows do not stand further apart.
    private const float MaximumStep = 3.5f;

    // Two lines of two words side by side are an accident, or a letterhead.
    private const int MinimumRows = 3;
    private const int MinimumRowsOfTwo = 4;

    // Of the rows: those that fill at least two columns. And of the cells: those that may be running text.
    private const float FilledRows = 0.6f;
    private const float RunningCells = 0.3f;

    // Letters in the mean cell of two columns, figures left out: lines with numbers before them have more.
    private const int MaximumText = 20;

    private const int MaximumHeading = 3;

    // A table of more columns than a page is wide in letters is something else.
    private const int MaximumColumns = 64;

    private readonly IReadOnlyList<TextRow> _rows;
    private readonly List<(float From, float To)> _gaps = [];
    private readonly List<(float From, float To)> _next = [];

    private int _end;

    private TableFinder(IReadOnlyList<TextRow> rows) => _rows = rows;

    /// <summary>The tables among the rows of a block.</summary>
    public static List<RowSpan> Find(IReadOnlyList<TextRow> rows)
    {
        var finder = new TableFinder(rows);
        var tables = new List<RowSpan>();
        for (int first = 0; first < rows.Count; )
        {
            if (rows[first].Pieces.Count > 1 && finder.BestAt(first) is { } table)
            {
                tables.Add(table);
                first = table.End;
            }
            else
            {
                // Half of the rows that were not a table: looking again from each would take quadratic time.
                first += Math.Max(1, (finder._end - first) / 2);
                finder._end = first;
            }
        }

        return tables;
    }

    /// <summary>A heading of a few rows may run across the columns below it: without it they are seen.</summary>
    private RowSpan? BestAt(int first)
    {
        RowSpan? best = null;
        for (int i = first; i <= first + MaximumHeading && i < _rows.Count; i++)
        {
            if (TableAt(i) is { } table && (best is null || table.Cells > best.Value.Cells))
            {
                best = table with { First = first };
            }
        }

        return best;
    }

    private RowSpan? TableAt(int first)
    {
        _gaps.Clear();
        AddGaps(_rows[first]);
        int end = first + 1;
        bool afterHeading = false;
        for (; end < _rows.Count && _gaps.Count > 0 && Step(end) <= MaximumStep; end++)
        {
            bool isHeading = _rows[end].Pieces.Count == 1 && !afterHeading && !LeavesAll(_rows[end]);
            if (!isHeading && !Narrow(_rows[end]))
            {
                break;
            }

            afterHeading = isHeading;
        }

        _end = Math.Max(_end, end);
        while (end > first && _rows[end - 1].Pieces.Count == 1)
        {
            end--;
        }

        return IsTable(first, end) ? new RowSpan(first, end, [.. _gaps.Select(gap => (gap.From + gap.To) / 2)]) : null;
    }

    /// <summary>A line that stands in one column.</summary>
    private bool LeavesAll(TextRow row)
    {
        foreach ((float from, float to) in _gaps)
        {
            if (row.Left < to && row.Right > from)
            {
                return false;
            }
        }

        return true;
    }

    private float Step(int row) =>
        (_rows[row].Y - _rows[row - 1].Y) / MathF.Max(_rows[row].Height, _rows[row - 1].Height);

    private void AddGaps(TextRow row)
    {
        for (int i = 1; i < row.Pieces.Count && i < MaximumColumns; i++)
        {
            AddGap(row.Pieces[i - 1].Right, row.Pieces[i].Left, row.Height, _gaps);
        }
    }

    private static void AddGap(float from, float to, float height, List<(float From, float To)> gaps)
    {
        if (to - from >= MinimumGap * height)
        {
            gaps.Add((from, to));
        }
    }

    /// <summary>Leaves of the gaps what is white in one more row; where that would leave none, they stay.</summary>
    private bool Narrow(TextRow row)
    {
        _next.Clear();
        foreach ((float from, float to) in _gaps)
        {
            float left = from;
            foreach (Fragment piece in row.Pieces)
            {
                if (piece.Right > left && piece.Left < to)
                {
                    AddGap(left, piece.Left, row.Height, _next);
                    left = MathF.Max(left, piece.Right);
                }
            }

            AddGap(left, to, row.Height, _next);
        }

        if (_next.Count == 0 || _next.Count > MaximumColumns)
        {
            return false;
        }

        _gaps.Clear();
        _gaps.AddRange(_next);
        return true;
    }

    private bool IsTable(int first, int end)
    {
        int filled = 0;
        int cells = 0;
        int running = 0;
        int texts = 0;
        int characters = 0;
        for (int i = first; i < end; i++)
        {
            filled += ColumnsIn(_rows[i]) > 1 ? 1 : 0;
            cells += _rows[i].Pieces.Count;
            foreach (Fragment piece in _rows[i].Pieces)
            {
                running += piece.Running ? 1 : 0;
                texts += piece.TextCharacters > 0 ? 1 : 0;
                characters += piece.TextCharacters;
            }
        }

        bool hasTwo = _gaps.Count == 1;
        return filled >= (hasTwo ? MinimumRowsOfTwo : MinimumRows)
            && filled >= FilledRows * (end - first)
            && running < RunningCells * (hasTwo ? texts : cells)
            && (!hasTwo || characters <= MaximumText * texts);
    }

    private int ColumnsIn(TextRow row)
    {
        int columns = 0;
        int last = -1;
        foreach (Fragment piece in row.Pieces)
        {
            int column = 0;
            while (column < _gaps.Count && piece.Left >= _gaps[column].From)
            {
                column++;
            }

            columns += column != last ? 1 : 0;
            last = column;
        }

        return columns;
    }
}

/// <summary>Rows of a block that make up a table.</summary>
/// <param name="First">The first.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Separators">Where the columns part, from left to right.</param>
internal readonly record struct RowSpan(int First, int End, float[] Separators)
{
    /// <summary>How many cells it has room for.</summary>
    public int Cells => (End - First) * (Separators.Length + 1);

    /// <summary>The column of a piece.</summary>
    public int ColumnOf(Fragment piece)
    {
        int column = 0;
        while (column < Separators.Length && piece.Left >= Separators[column])
        {
            column++;
        }

        return column;
    }
}
