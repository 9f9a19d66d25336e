using Cis.Pages;

namespace Cis.Layout;

/// <summary>Which lines the cells of tables hold, where the lines are put into another list.</summary>
public static class TableLines
{
    /// <summary>Tables whose lines have so many others before them.</summary>
    public static IEnumerable<TextTable> Shift(IReadOnlyList<TextTable> tables, int by) =>
        by == 0 ? tables : tables.Select(table => With(table, cell => [.. cell.Lines.Select(line => line + by)]));

    /// <summary>Tables for lines that hold the same words, each perhaps those of a whole row of cells.</summary>
    /// <param name="tables">Of some lines.</param>
    /// <param name="from">Those lines.</param>
    /// <param name="to">The others.</param>
    /// <returns>The tables all of whose words are found there.</returns>
    public static IReadOnlyList<TextTable> Onto(
        IReadOnlyList<TextTable> tables,
        IReadOnlyList<TextLine> from,
        IReadOnlyList<TextLine> to
    )
    {
        if (tables.Count == 0)
        {
            return tables;
        }

        var places = new Dictionary<TextWord, int>();
        for (int i = 0; i < to.Count; i++)
        {
            foreach (TextWord word in to[i].Words)
            {
                places.TryAdd(word, i);
            }
        }

        TextWord[] WordsOf(TextCell cell) => [.. cell.Lines.SelectMany(line => from[line].Words)];
        return
        [
            .. tables
                .Where(table => table.Rows.All(row => row.All(cell => WordsOf(cell).All(places.ContainsKey))))
                .Select(table => With(table, cell => [.. WordsOf(cell).Select(word => places[word]).Distinct()])),
        ];
    }

    private static TextTable With(TextTable table, Func<TextCell, int[]> lines) =>
        new(table.Box, [.. table.Rows.Select(row => With(row, lines))]);

    private static TextCell[] With(IReadOnlyList<TextCell> row, Func<TextCell, int[]> lines) =>
        [.. row.Select(cell => cell with { Lines = lines(cell) })];
}
