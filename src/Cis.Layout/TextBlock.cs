namespace Cis.Layout;

/// <summary>Rows that are read one after another: a column of text, or a table.</summary>
internal sealed class TextBlock
{
    // A piece is compared with the rows last begun; more than a few are open at once only where lines lie on each other.
    private const int OpenRows = 8;

    private readonly List<TextRow> _rows = [];

    /// <summary>Gathers lines into rows.</summary>
    /// <param name="lines">Sorted by <see cref="Fragment.Y"/>.</param>
    public TextBlock(List<Fragment> lines)
    {
        foreach (Fragment line in lines)
        {
            RowOf(line).Add(line);
        }

        _rows.Sort(static (a, b) => a.Y.CompareTo(b.Y));
    }

    /// <summary>The rows from top to bottom; at least one.</summary>
    public IReadOnlyList<TextRow> Rows => _rows;

    private TextRow RowOf(Fragment line)
    {
        TextRow? best = null;
        float bestFit = 0;
        for (int i = _rows.Count - 1; i >= Math.Max(0, _rows.Count - OpenRows); i--)
        {
            float fit = _rows[i].Fit(line);
            if (fit > bestFit)
            {
                (best, bestFit) = (_rows[i], fit);
            }
        }

        if (best is null)
        {
            best = new TextRow();
            _rows.Add(best);
        }

        return best;
    }
}
