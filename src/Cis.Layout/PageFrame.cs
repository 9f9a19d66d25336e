using Cis.Pages;

namespace Cis.Layout;

/// <summary>The page as its reader holds it: boxes go into it to be put in order, and come back to the scanned page.</summary>
/// <param name="rotation">Degrees (0, 90, 180, 270) to turn the page clockwise so that its text stands upright.</param>
/// <param name="width">Of the scanned page.</param>
/// <param name="height">Of the scanned page.</param>
public readonly struct PageFrame(int rotation, int width, int height)
{
    /// <summary>The way back: from the page held upright to the scanned one.</summary>
    public PageFrame Inverse() => rotation is 0 or 180 ? this : new(360 - rotation, height, width);

    /// <summary>A line of the scanned page on the page held upright.</summary>
    public TextLine ToReader(TextLine line)
    {
        if (rotation == 0)
        {
            return line;
        }

        var words = new TextWord[line.Words.Count];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = line.Words[i] with { Box = ToReader(line.Words[i].Box) };
        }

        return line with
        {
            Box = ToReader(line.Box),
            Words = words,
        };
    }

    /// <summary>A box of the scanned page, corner for corner, on the page held upright.</summary>
    public Quad ToReader(Quad box) =>
        new(ToReader(box.TopLeft), ToReader(box.TopRight), ToReader(box.BottomRight), ToReader(box.BottomLeft));

    /// <summary>A ruling of the scanned page on the page held upright.</summary>
    public Ruling ToReader(Ruling ruling) => new(ToReader(ruling.From), ToReader(ruling.To));

    /// <summary>The tables of the scanned page on the page held upright.</summary>
    public IReadOnlyList<TextTable> ToReader(IReadOnlyList<TextTable> tables)
    {
        var turned = new TextTable[tables.Count];
        for (int i = 0; i < turned.Length; i++)
        {
            turned[i] = new TextTable(ToReader(tables[i].Box), RowsOf(tables[i]));
        }

        return turned;
    }

    private TextCell[][] RowsOf(TextTable table)
    {
        var rows = new TextCell[table.Rows.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ToReader(table.Rows[i]);
        }

        return rows;
    }

    private TextCell[] ToReader(IReadOnlyList<TextCell> row)
    {
        var turned = new TextCell[row.Count];
        for (int i = 0; i < turned.Length; i++)
        {
            turned[i] = row[i] with { Box = ToReader(row[i].Box) };
        }

        return turned;
    }

    private PagePoint ToReader(PagePoint point) =>
        rotation switch
        {
            // A page that lies on its right side is turned back by three quarters.
            270 => new(point.Y, width - point.X),
            180 => new(width - point.X, height - point.Y),
            90 => new(height - point.Y, point.X),
            _ => point,
        };
}
