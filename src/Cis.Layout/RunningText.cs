namespace Cis.Layout;

/// <summary>
/// Tells the lines of running text from the cells of tables and forms: they fill their column, so neighbors begin and
/// end at nearly the same places, and they hold more than a few letters.
/// </summary>
internal static class RunningText
{
    // The narrowest newspaper columns hold some 25 characters in four or five words; most cells hold fewer.
    private const int MinimumCharacters = 18;
    private const int MinimumWords = 3;

    // Ragged lines end within a fifth of their column's width; with an indent at the other end a third may differ.
    private const float MinimumSharedWidth = 0.65f;

    // In box heights (1.4 font sizes): double spacing is 1.7; the rows of a form stand further apart.
    private const float MaximumLeading = 2;

    // Twice as many lines as stand side by side on any page: a bound on the work that a crafted one can ask for.
    private const int MaximumNeighbors = 128;

    private const float MaximumHeightRatio = 1.5f;

    /// <summary>Sets <see cref="Fragment.Running"/> on lines with such a neighbor above or below.</summary>
    /// <param name="lines">Sorted by <see cref="Fragment.Y"/>.</param>
    public static void Mark(List<Fragment> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            Fragment upper = lines[i];
            int end = Math.Min(lines.Count, i + 1 + MaximumNeighbors);
            for (int j = i + 1; j < end && lines[j].Y - upper.Y <= MaximumLeading * upper.Height; j++)
            {
                if (IsContinuedBy(upper, lines[j]))
                {
                    upper.Running = true;
                    lines[j].Running = true;
                    break;
                }
            }
        }
    }

    private static bool IsContinuedBy(Fragment upper, Fragment lower) =>
        IsText(upper)
        && IsText(lower)
        && upper.SharedHeight(lower) < 0.5f
        && MathF.Max(upper.Height, lower.Height) <= MaximumHeightRatio * MathF.Min(upper.Height, lower.Height)
        && MathF.Min(upper.Right, lower.Right) - MathF.Max(upper.Left, lower.Left)
            >= MinimumSharedWidth * (MathF.Max(upper.Right, lower.Right) - MathF.Min(upper.Left, lower.Left));

    /// <summary>It holds more than a few letters, in several words.</summary>
    public static bool IsText(Fragment line) =>
        line.TextCharacters >= MinimumCharacters
        && line.TextCharacters * 2 >= line.Line.Text.Length
        && line.Line.Words.Count >= (line.IsSpaceless ? 1 : MinimumWords);
}
