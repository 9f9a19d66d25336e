namespace Cis.Layout;

/// <summary>
/// Tells whether the cells between two rulings are one row, of cells with several lines, or several rows that no ruling
/// parts: in these nearly each line of a cell has one beside it in nearly all others.
/// </summary>
internal static class CellRows
{
    // Two lines in each cell are a heading of two lines, or a label above its value.
    private const int MinimumRows = 3;

    private const float Full = 0.8f;

    /// <summary>Parts cells into rows.</summary>
    /// <param name="cells">From left to right; the lines of each from top to bottom.</param>
    public static List<List<List<Fragment>>> Of(List<List<Fragment>> cells)
    {
        List<Fragment> lines = [.. cells.SelectMany(cell => cell)];
        lines.Sort(static (a, b) => a.Y.CompareTo(b.Y));
        IReadOnlyList<TextRow> rows = new TextBlock(lines).Rows;
        int filled = cells.Count(cell => cell.Count > 0);
        if (filled < 2 || rows.Count < MinimumRows || rows.Count(row => row.Pieces.Count >= Full * filled) < Full * rows.Count)
        {
            return [cells];
        }

        return [.. rows.Select(row => CellsOf(row, cells))];
    }

    private static List<List<Fragment>> CellsOf(TextRow row, List<List<Fragment>> cells) =>
        [.. cells.Select(cell => row.Pieces.Where(cell.Contains).ToList())];
}
