namespace Cis.Layout;

/// <summary>A table whose cells are ruled: it is read row by row, and each of its cells as a page of its own.</summary>
/// <param name="Area">The rectangle around its rulings.</param>
/// <param name="Rows">Its rows from top to bottom: the lines of each cell, sorted by <see cref="Fragment.Y"/>.</param>
internal sealed record RuledTable(Area Area, IReadOnlyList<IReadOnlyList<List<Fragment>>> Rows);

/// <summary>An upright rectangle.</summary>
internal readonly record struct Area(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The middle of a line is in it.</summary>
    public bool Holds(Fragment line) =>
        line.Y >= Top && line.Y <= Bottom && line.Left + line.Right >= 2 * Left && line.Left + line.Right <= 2 * Right;
}
