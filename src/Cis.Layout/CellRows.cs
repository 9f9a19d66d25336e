namespace Cis.Layout;

/// <summary>
/// Tells whether the cells between two rulings are one row, of cells with several lines, or several rows that no ruling
/// parts: in these nearly each line of a cell has one beside it in nearly all others, and none goes on in the next.
/// </summary>
internal static class CellRows
{
    private const float Full = 0.8f;

    // Cells of so many lines each are not rare, of more they are; of fewer they are common.
    private const int SureRows = 3;

    private const int Stack = 3;

    // Of the lines of the fullest cell: stacks of lines that stand side by side make no more rows.
    private const float SharedRows = 1.25f;

    // Part of a cell's width that a line fills which goes on below, and the least text in it: a heading of two short
    // lines is read along with those beside it.
    private const float WrappedWidth = 0.6f;
    private const int WrappedText = 16;
    private const int WrappedWords = 2;

    /// <summary>Parts cells into rows.</summary>
    /// <param name="cells">From left to right; the lines of each from top to bottom.</param>
    public static List<List<RuledCell>> Of(List<RuledCell> cells)
    {
        int filled = cells.Count(cell => cell.Lines.Count > 0);
        List<Fragment> lines = [.. cells.SelectMany(cell => cell.Lines)];
        lines.Sort(static (a, b) => a.Y.CompareTo(b.Y));
        IReadOnlyList<TextRow> rows = new TextBlock(lines).Rows;
        int full = rows.Count(row => row.Pieces.Count >= Full * filled);
        bool areRows =
            filled > 1
            && full >= Full * rows.Count
            && (rows.Count > SureRows || (rows.Count == SureRows && !cells.Any(cell => Wraps(cell.Lines))));
        return areRows ? [.. rows.Select(row => CellsOf(row, cells))] : [cells];
    }

    /// <summary>
    /// The cells of a row are read one by one: one has a sentence of several lines, or several have a stack of lines that
    /// do not stand side by side.
    /// </summary>
    public static bool StandApart(IReadOnlyList<RuledCell> row) =>
        row.Any(cell => Wraps(cell.Lines)) || (row.Count(cell => cell.Lines.Count >= Stack) > 1 && !ShareRows(row));

    private static bool ShareRows(IReadOnlyList<RuledCell> row)
    {
        List<Fragment> lines = [.. row.SelectMany(cell => cell.Lines)];
        lines.Sort(static (a, b) => a.Y.CompareTo(b.Y));
        return new TextBlock(lines).Rows.Count <= SharedRows * row.Max(cell => cell.Lines.Count);
    }

    /// <summary>A sentence fills a line of a cell and goes on in the next; where these are but two, it must be plain.</summary>
    private static bool Wraps(List<Fragment> cell)
    {
        float width = cell.Count < 2 ? 0 : cell.Max(line => line.Right) - cell.Min(line => line.Left);
        for (int i = 0; i + 1 < cell.Count; i++)
        {
            if (
                cell[i].TextCharacters >= WrappedText
                && cell[i].Width >= WrappedWidth * width
                && cell[i].SharesWidth(cell[i + 1])
                && cell[i].SharedHeight(cell[i + 1]) < 0.5f
                && cell[i].Line.Words.Count >= (cell[i].IsSpaceless ? 1 : WrappedWords)
                && SentenceFlow.Between(cell[i], cell[i + 1]) >= (cell.Count > 2 ? 0 : SentenceFlow.GoesOn)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static List<RuledCell> CellsOf(TextRow row, List<RuledCell> cells) =>
        [.. cells.Select(cell => cell with { Lines = [.. row.Pieces.Where(cell.Lines.Contains)] })];
}
