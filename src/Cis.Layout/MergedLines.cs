namespace Cis.Layout;

/// <summary>
/// Parts lines that the detector drew across a narrow gutter, which would end the gutter and leave its columns in
/// halves. They are known by their neighbors, which are running text: above and below such a line, one line begins
/// where it begins but ends early, and another begins inside it, above and below at the same place; and there one of
/// its own words begins.
/// </summary>
internal static class MergedLines
{
    // In box heights: lines that begin no further apart begin at the same place.
    private const float SamePlace = 0.6f;

    // In box heights: how far off the neighbors may be, so that another merged line may lie between.
    private const float Reach = 2;

    // More than the lines within that reach: a bound on the work that a crafted page can ask for.
    private const int MaximumNeighbors = 64;

    // As a part of the line's length: a column is seldom more than twice as wide as its neighbor.
    private const float LargestPart = 0.75f;

    // As a part of the line's height; a heading across the columns is set larger.
    private const float SameSize = 0.25f;

    /// <summary>Replaces each merged line by its two parts.</summary>
    /// <param name="lines">Marked by <see cref="RunningText"/>; sorted by <see cref="Fragment.Y"/>, and again afterwards.</param>
    public static void Part(List<Fragment> lines)
    {
        List<(int Index, int Word, Seam Seam)> merged = [];
        for (int i = 0; i < lines.Count; i++)
        {
            if (FindSeam(lines, i) is { } seam && FirstWordBehind(seam, lines[i]) is > 0 and int word)
            {
                merged.Add((i, word, seam));
            }
        }

        foreach ((int index, int word, Seam seam) in merged)
        {
            (lines[index], Fragment right) = lines[index].PartAt(word, seam.From, seam.To);
            lines.Add(right);
        }

        if (merged.Count > 0)
        {
            lines.Sort(static (a, b) => a.Y.CompareTo(b.Y));
            RunningText.Mark(lines);
        }
    }

    /// <summary>The word that begins at a seam; 0 where none does.</summary>
    private static int FirstWordBehind(Seam seam, Fragment line)
    {
        // The recognizer puts a word's beginning anywhere in the white before it.
        float nearest = SamePlace * line.Height + (seam.To - seam.From) / 2;
        int first = 0;
        for (int word = 1; word < line.Line.Words.Count; word++)
        {
            float distance = MathF.Abs(line.StartOf(word) - seam.To);
            if (distance < nearest)
            {
                (first, nearest) = (word, distance);
            }
        }

        return first;
    }

    /// <summary>The white inside a line's length that goes on above and below it.</summary>
    private static Seam? FindSeam(List<Fragment> lines, int index)
    {
        if (
            lines[index].Line.Words.Count < 2
            || FindSeam(lines, index, -1) is not { } above
            || FindSeam(lines, index, 1) is not { } below
            || MathF.Abs(above.To - below.To) > SamePlace * lines[index].Height
        )
        {
            return null;
        }

        var seam = new Seam(MathF.Max(above.From, below.From), MathF.Min(above.To, below.To));
        return seam.From < seam.To ? seam : null;
    }

    /// <summary>The white between the nearest two lines above or below that lie within a line's length.</summary>
    private static Seam? FindSeam(List<Fragment> lines, int index, int step)
    {
        Fragment line = lines[index];
        Fragment? left = null;
        Fragment? right = null;
        for (int i = index + step; i >= 0 && i < lines.Count; i += step)
        {
            Fragment other = lines[i];
            if (
                Math.Abs(i - index) > MaximumNeighbors
                || MathF.Abs(other.Y - line.Y) > Reach * line.Height
                || (left is not null && right is not null)
            )
            {
                break;
            }

            if (!IsPartOf(line, other))
            {
                continue;
            }

            if (MathF.Abs(other.Left - line.Left) <= SamePlace * line.Height)
            {
                left ??= other;
            }
            else if (other.Left > line.Left && other.Left < line.Right)
            {
                right ??= other;
            }
        }

        return left is not null && right is not null && left.Right < right.Left
            ? new Seam(left.Right, right.Left)
            : null;
    }

    private static bool IsPartOf(Fragment line, Fragment other) =>
        other.Running
        && other.Width <= LargestPart * line.Width
        && MathF.Abs(other.Height - line.Height) <= SameSize * line.Height;

    private readonly record struct Seam(float From, float To);
}
