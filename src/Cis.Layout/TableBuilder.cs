using System.Text;
using Cis.Pages;

namespace Cis.Layout;

/// <summary>Writes down the tables of a page: which lines its cells hold, by their places among the lines in order.</summary>
internal sealed class TableBuilder
{
    // Longer cells are articles of a newspaper, parted by rulings.
    private const int MaximumLines = 24;

    private readonly Dictionary<TextLine, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly List<List<List<RawCell>>> _unruled = [];

    /// <summary>Takes note of a line put in order.</summary>
    public void Place(TextLine line, int place) => _places[line] = place;

    /// <summary>Takes note of the tables among a block's rows.</summary>
    public void Add(TextBlock block)
    {
        foreach (RowSpan table in TableFinder.Find(block.Rows))
        {
            var rows = new List<List<RawCell>>();
            for (int i = table.First; i < table.End; i++)
            {
                rows.Add([
                    .. block
                        .Rows[i]
                        .Pieces.GroupBy(table.ColumnOf)
                        .Select(cell => new RawCell(cell.Key, [.. cell.Select(piece => piece.Line)])),
                ]);
            }

            _unruled.Add(rows);
        }
    }

    /// <summary>The tables of the page in reading order: those with rulings, and others that share no line with them.</summary>
    public IReadOnlyList<TextTable> ToTables(List<RuledTable> ruled)
    {
        var tables = new List<TextTable>();
        var taken = new HashSet<int>();
        foreach (List<List<RawCell>> rows in ruled.Select(RowsOf).Concat(_unruled))
        {
            TextTable? table = ToTable(rows);
            if (table is not null && !Places(table).Any(taken.Contains))
            {
                taken.UnionWith(Places(table));
                tables.Add(table);
            }
        }

        return [.. tables.OrderBy(table => Places(table).Min())];
    }

    private static IEnumerable<int> Places(TextTable table) =>
        table.Rows.SelectMany(row => row).SelectMany(cell => cell.Lines);

    private static List<List<RawCell>> RowsOf(RuledTable table)
    {
        float near = (table.Area.Right - table.Area.Left) / 100;
        float[] starts = [.. table.Rows.SelectMany(row => row).Select(cell => cell.Left).Order()];
        float[] columns = [.. starts.Where((start, i) => i == 0 || start - starts[i - 1] > near)];
        return
        [
            .. table.Rows.Select(row =>
                row.Select(cell => new RawCell(
                        Math.Max(0, columns.Count(start => start <= cell.Left + near) - 1),
                        [.. cell.Lines.Select(line => line.Line)]
                    ))
                    .ToList()
            ),
        ];
    }

    private TextTable? ToTable(List<List<RawCell>> raw)
    {
        List<IReadOnlyList<TextCell>> rows =
        [
            .. raw.Select(row => (IReadOnlyList<TextCell>)[.. row.Select(ToCell).OfType<TextCell>()])
                .Where(row => row.Count > 0),
        ];
        bool isTable =
            rows.Count(row => row.Count > 1) > 1
            && rows.TrueForAll(row => row.All(cell => cell.Lines.Count <= MaximumLines));
        return isTable ? new TextTable(Around([.. rows.SelectMany(row => row).Select(cell => cell.Box)]), rows) : null;
    }

    private TextCell? ToCell(RawCell cell)
    {
        TextLine[] lines = [.. cell.Lines.Where(_places.ContainsKey).OrderBy(line => _places[line])];
        return lines.Length == 0
            ? null
            : new TextCell(
                cell.Column,
                Join(lines),
                Around([.. lines.Select(line => line.Box)]),
                [.. lines.Select(line => _places[line])]
            );
    }

    private static string Join(TextLine[] lines)
    {
        var text = new StringBuilder(lines[0].Text);
        foreach (TextLine line in lines.AsSpan(1))
        {
            bool spaceless =
                text.Length > 0
                && line.Text.Length > 0
                && Script.IsSpaceless(text[^1])
                && Script.IsSpaceless(line.Text[0]);
            text.Append(spaceless ? "" : " ").Append(line.Text);
        }

        return text.ToString();
    }

    private static Quad Around(Quad[] boxes) =>
        Quad.FromRectangle(
            boxes.Min(box => box.Left),
            boxes.Min(box => box.Top),
            boxes.Max(box => box.Right),
            boxes.Max(box => box.Bottom)
        );

    private readonly record struct RawCell(int Column, IReadOnlyList<TextLine> Lines);
}
