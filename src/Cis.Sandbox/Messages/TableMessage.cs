using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>The tables of a page.</summary>
internal static class TableMessage
{
    // A cell: column, length of its text, box, number of lines.
    private const int LeastCellBytes = 35;
    private const int LeastTableBytes = 33;
    private const int LeastRows = 2;
    private const int MostColumns = 10_000;

    internal static void Write(MessageWriter to, IReadOnlyList<TextTable> tables)
    {
        to.Count(tables.Count);
        foreach (TextTable table in tables)
        {
            TextMessage.WriteBox(to, table.Box, isUpright: false);
            to.Count(table.Rows.Count);
            foreach (IReadOnlyList<TextCell> row in table.Rows)
            {
                WriteRow(to, row);
            }
        }
    }

    internal static TextTable[] Read(ref MessageReader from, int lines)
    {
        var tables = new TextTable[from.CountOf(LeastTableBytes)];
        for (int i = 0; i < tables.Length; i++)
        {
            Quad box = TextMessage.ReadBox(ref from, isUpright: false);
            var rows = new IReadOnlyList<TextCell>[from.CountOf(LeastCellBytes)];
            MessageReader.Demand(rows.Length >= LeastRows, "a table");
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row] = ReadRow(ref from, lines);
            }

            tables[i] = new TextTable(box, rows);
        }

        return tables;
    }

    private static void WriteRow(MessageWriter to, IReadOnlyList<TextCell> row)
    {
        to.Count(row.Count);
        foreach (TextCell cell in row)
        {
            to.Count(cell.Column);
            to.Text(cell.Text);
            TextMessage.WriteBox(to, cell.Box, isUpright: false);
            to.Count(cell.Lines.Count);
            foreach (int line in cell.Lines)
            {
                to.Count(line);
            }
        }
    }

    private static TextCell[] ReadRow(ref MessageReader from, int lines)
    {
        var row = new TextCell[from.CountOf(LeastCellBytes)];
        MessageReader.Demand(row.Length > 0, "a row");
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = ReadCell(ref from, lines);
        }

        return row;
    }

    private static TextCell ReadCell(ref MessageReader from, int lines)
    {
        int column = from.Count();
        string text = from.Text();
        Quad box = TextMessage.ReadBox(ref from, isUpright: false);
        int[] held = new int[from.CountOf(leastBytes: 1)];
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = from.Count();
            MessageReader.Demand(held[i] < lines, "a line of a cell");
        }

        MessageReader.Demand(column <= MostColumns, "a column");
        return new TextCell(column, text, box, held);
    }
}
