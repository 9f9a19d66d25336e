namespace Cis.Layout;

/// <summary>A table whose cells are ruled: it is read row by row, and each of its cells as a page of its own.</summary>
/// <param name="Area">The rectangle around its rulings.</param>
/// <param name="Rows">Its rows from top to bottom.</param>
internal sealed record RuledTable(Area Area, IReadOnlyList<IReadOnlyList<RuledCell>> Rows);

/// <summary>A cell of it.</summary>
/// <param name="Left">Where it begins.</param>
/// <param name="Lines">Its lines, sorted by <see cref="Fragment.Y"/>.</param>
internal readonly record struct RuledCell(float Left, List<Fragment> Lines);

/// <summary>An upright rectangle.</summary>
internal readonly record struct Area(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The middle of a line is in it.</summary>
    public bool Holds(Fragment line) =>
        line.Y >= Top && line.Y <= Bottom && line.Left + line.Right >= 2 * Left && line.Left + line.Right <= 2 * Right;
}
