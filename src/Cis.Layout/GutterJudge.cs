namespace Cis.Layout;

/// <summary>
/// Distinguishes a gutter between columns, which are read one after the other, from the white between the cells of a
/// table, a form or a receipt, which are read row by row. Running text on both sides makes columns. Running text on one
/// side only (a side bar, a caption, a list of figures) makes columns if the rows of the two sides are at different
/// heights; if they agree, it is a list of terms, line numbers, or prices.
/// </summary>
internal sealed class GutterJudge
{
    /// <summary>Fewer lines on a side are not a column.</summary>
    public const int MinimumLines = 3;

    // Cells of two or three lines are common in tables, cells of five are not.
    private const int ManyLines = 5;

    // Columns contain headings, short last lines and tables too; but a cell that happens to look like text is alone.
    private const float RunningShare = 0.4f;

    // Lines of a row differ in height by less than this share of a box's; in independent columns less than half of the
    // lines agree so well by chance (0.4 of a leading of 0.86 box heights).
    private const float SameRow = 0.2f;
    private const float AgreeingShare = 0.6f;

    // Where neither side is running text, such as a table beside a side bar: so many rows, of which so few agree and
    // which follow one another at different steps, are not chance. The rows of a slanted table are equally far apart on
    // both sides.
    private const int ManyRows = 6;
    private const float OtherPitch = 1.1f;

    private const float FewAgreeing = 0.5f;

    // Line numbers, bullets and list numbers, which stand before a line of text and say nothing about it.
    private const int MarkLength = 3;

    // More than the cells of a row: a bound on the work that a crafted page can cause.
    private const int MaximumNeighbors = 48;

    private readonly List<Fragment> _left = [];
    private readonly List<Fragment> _right = [];
    private readonly List<float> _steps = [];

    /// <summary>What the lines beside a gutter, all together, already show.</summary>
    public static bool MayPartColumns(SideCount left, SideCount right) =>
        Math.Min(left.Lines, right.Lines) >= MinimumLines
        && (Math.Max(left.Running, right.Running) >= MinimumLines || Math.Min(left.Lines, right.Lines) >= ManyRows);

    /// <summary>Judges a gutter by the lines next to it.</summary>
    /// <param name="lines">The region's, sorted by <see cref="Fragment.Y"/>.</param>
    /// <param name="gutter">Crossed by none of the lines in its range.</param>
    public bool PartsColumns(List<Fragment> lines, Gutter gutter)
    {
        Collect(lines, gutter);
        if (_left.Count < MinimumLines || _right.Count < MinimumLines || !FaceEachOther())
        {
            return false;
        }

        int left = CountRunning(_left);
        int right = CountRunning(_right);
        bool leftIsText = left >= MinimumLines && left >= RunningShare * _left.Count;
        bool rightIsText = right >= MinimumLines && right >= RunningShare * _right.Count;
        bool bothAreText = leftIsText && rightIsText && Math.Min(left, right) >= ManyLines;
        return bothAreText || Agreement() < MostAgreeing(leftIsText || rightIsText);
    }

    /// <summary>The share of rows that must agree for both sides to be one table.</summary>
    private float MostAgreeing(bool hasText) =>
        hasText ? AgreeingShare
        : AreApart() ? FewAgreeing
        : 0;

    private void Collect(List<Fragment> lines, Gutter gutter)
    {
        _left.Clear();
        _right.Clear();
        for (int i = gutter.First; i < gutter.End; i++)
        {
            GutterSide side = gutter.SideOf(lines[i]);
            if (side != GutterSide.Across && !IsMark(lines[i], side) && IsNextTo(gutter, side, lines, i))
            {
                (side == GutterSide.Left ? _left : _right).Add(lines[i]);
            }
        }
    }

    private static bool IsMark(Fragment line, GutterSide side) =>
        side == GutterSide.Right && line.Line.Text.Length <= MarkLength;

    /// <summary>Whether no other line of its row is between a line and the gutter.</summary>
    private static bool IsNextTo(Gutter gutter, GutterSide side, List<Fragment> lines, int index)
    {
        Fragment line = lines[index];
        for (
            int i = index - 1;
            i >= Math.Max(gutter.First, index - MaximumNeighbors) && line.Y - lines[i].Y < line.Height;
            i--
        )
        {
            if (IsBetween(gutter, side, line, lines[i]))
            {
                return false;
            }
        }

        for (
            int i = index + 1;
            i < Math.Min(gutter.End, index + MaximumNeighbors) && lines[i].Y - line.Y < line.Height;
            i++
        )
        {
            if (IsBetween(gutter, side, line, lines[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBetween(Gutter gutter, GutterSide side, Fragment line, Fragment other) =>
        gutter.SideOf(other) == side
        && !IsMark(other, side)
        && (side == GutterSide.Left ? other.Left >= line.Right : other.Right <= line.Left)
        && line.SharedHeight(other) > 0.5f;

    private bool FaceEachOther() => MathF.Min(_left[^1].Y, _right[^1].Y) > MathF.Max(_left[0].Y, _right[0].Y);

    private bool AreApart()
    {
        if (Math.Min(_left.Count, _right.Count) < ManyRows)
        {
            return false;
        }

        (float a, float b) = (Pitch(_left), Pitch(_right));
        return MathF.Max(a, b) > OtherPitch * MathF.Min(a, b);
    }

    /// <summary>The median of the steps from line to line.</summary>
    private float Pitch(List<Fragment> lines)
    {
        _steps.Clear();
        for (int i = 1; i < lines.Count; i++)
        {
            _steps.Add(lines[i].Y - lines[i - 1].Y);
        }

        _steps.Sort();
        return _steps[_steps.Count / 2];
    }

    private static int CountRunning(List<Fragment> lines)
    {
        int count = 0;
        foreach (Fragment line in lines)
        {
            count += line.Running ? 1 : 0;
        }

        return count;
    }

    /// <summary>The share of the lines of the shorter side that are level with a line of the other side.</summary>
    private float Agreement()
    {
        (List<Fragment> few, List<Fragment> many) = _left.Count < _right.Count ? (_left, _right) : (_right, _left);
        int agreeing = 0;
        int next = 0;
        foreach (Fragment line in few)
        {
            float tolerance = SameRow * line.Height;
            while (next < many.Count && many[next].Y < line.Y - tolerance)
            {
                next++;
            }

            agreeing += next < many.Count && many[next].Y <= line.Y + tolerance ? 1 : 0;
        }

        return (float)agreeing / few.Count;
    }
}
