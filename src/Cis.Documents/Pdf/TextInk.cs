using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Tells whether a page, drawn small in gray and without its digital text, may hold text still: strokes no wider than
/// those of letters, several in a row, in cells that stand side by side.
/// </summary>
internal static class TextInk
{
    /// <summary>The resolution it looks at: strokes of print are 1 to 4 pixels wide there, those of headings 8.</summary>
    internal const double Dpi = 100;

    private const int WidestStroke = 8;

    // Of 255: text of an image may be gray; what is fainter is paper.
    private const int Contrast = 40;

    // Cells as wide as three letters, as high as one.
    private const int CellWidth = 24;
    private const int CellHeight = 8;

    // A rule crosses a cell once in each row, letters more often.
    private const int StrokesInRow = 2;
    private const int MinRows = 3;

    // A word of five letters touches two cells.
    private const int MinCells = 2;

    /// <summary>Whether the page may hold text.</summary>
    internal static bool IsIn(PageImage gray)
    {
        int columns = gray.Width / CellWidth + 1;
        Span<byte> strokes = columns <= 1024 ? stackalloc byte[columns] : new byte[columns];
        Span<byte> rows = columns <= 1024 ? stackalloc byte[columns] : new byte[columns];
        for (int top = 0; top < gray.Height; top += CellHeight)
        {
            rows.Clear();
            for (int y = top; y < Math.Min(top + CellHeight, gray.Height); y++)
            {
                strokes.Clear();
                CountStrokes(gray.Row(y), strokes);
                for (int x = 0; x < columns; x++)
                {
                    rows[x] += strokes[x] >= StrokesInRow ? (byte)1 : (byte)0;
                }
            }

            if (HasRun(rows))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts, for each cell, the stretches that are darker or lighter than what is on either side.</summary>
    private static void CountStrokes(ReadOnlySpan<byte> row, Span<byte> cells)
    {
        int edge = -1; // where the last edge was
        int sign = 0; // and whether it went up or down
        for (int x = 2; x < row.Length; x++)
        {
            int step = row[x] - row[x - 2];
            if (Math.Abs(step) < Contrast)
            {
                continue;
            }

            int direction = Math.Sign(step);
            if (direction == -sign && x - edge <= WidestStroke)
            {
                // A dark stroke counts at its end, and so does the light one that may follow: twice a letter at most.
                ref byte cell = ref cells[x / CellWidth];
                cell = (byte)Math.Min(byte.MaxValue, cell + 1);
            }

            (edge, sign) = (x, direction);
        }
    }

    private static bool HasRun(ReadOnlySpan<byte> rows)
    {
        int run = 0;
        foreach (byte count in rows)
        {
            run = count >= MinRows ? run + 1 : 0;
            if (run >= MinCells)
            {
                return true;
            }
        }

        return false;
    }
}
