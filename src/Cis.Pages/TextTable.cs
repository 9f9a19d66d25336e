namespace Cis.Pages;

/// <summary>A table of a page: cells that line up row after row, between rulings or without.</summary>
/// <param name="Box">Around its cells, in page pixels.</param>
/// <param name="Rows">Its rows from top to bottom; at least two.</param>
public sealed record TextTable(Quad Box, IReadOnlyList<IReadOnlyList<TextCell>> Rows)
{
    /// <summary>How many columns it has, at least two.</summary>
    public int Columns { get; } = Rows.Max(row => row.Max(cell => cell.Column)) + 1;
}

/// <summary>A cell that has text; empty cells are left out.</summary>
/// <param name="Column">Its column, numbered from 0 at the left.</param>
/// <param name="Text">Its lines, joined.</param>
/// <param name="Box">Around its lines, in page pixels.</param>
/// <param name="Lines">Which of the page's lines it holds: their places in <see cref="PageText.Lines"/>.</param>
public sealed record TextCell(int Column, string Text, Quad Box, IReadOnlyList<int> Lines);
