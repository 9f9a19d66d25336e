namespace Cis.Layout;

/// <summary>
/// Takes the readings of Japanese words, small kana above their line (beside it in vertical text), from among the lines:
/// they would cut the sentence that they stand over.
/// </summary>
internal static class Furigana
{
    // Readings are set in half of the size of their text; boxes hold a margin that does not shrink with it.
    private const float LargestSize = 0.7f;

    // In heights of the line below: how far their lower edge may lie above its upper edge, or below it.
    private const float MaximumGap = 0.25f;
    private const float MaximumOverlap = 0.45f;

    // More than the readings of a line: a bound on the work that a crafted page can ask for.
    private const int MaximumNeighbors = 48;

    /// <summary>Takes readings out and gives them to the lines they belong to.</summary>
    /// <param name="lines">Sorted by <see cref="Fragment.Y"/>.</param>
    public static void Attach(List<Fragment> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (IsKana(lines[i].Line.Text) && BaseOf(lines, i) is { } line)
            {
                line.Readings.Add(lines[i]);
            }
        }

        if (lines.Exists(line => line.Readings.Count > 0))
        {
            HashSet<Fragment> readings = [.. lines.SelectMany(line => line.Readings)];
            lines.RemoveAll(readings.Contains);
        }
    }

    private static Fragment? BaseOf(List<Fragment> lines, int index)
    {
        Fragment reading = lines[index];
        for (int i = index + 1; i < Math.Min(lines.Count, index + MaximumNeighbors); i++)
        {
            Fragment line = lines[i];
            float above = line.Top - reading.Bottom;
            if (
                reading.Height <= LargestSize * line.Height
                && above <= MaximumGap * line.Height
                && above >= -MaximumOverlap * line.Height
                && reading.Left >= line.Left - line.Height
                && reading.Right <= line.Right + line.Height
                && line.Line.Text.Any(IsIdeograph)
            )
            {
                return line;
            }
        }

        return null;
    }

    private static bool IsKana(string text)
    {
        foreach (char c in text)
        {
            if (c is not ((>= '\u3040' and <= '\u30ff') or ' ' or '\u3000'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static bool IsIdeograph(char c) =>
        c is (>= '\u3400' and <= '\u9fff') or '\u3005' or (>= '\uf900' and <= '\ufaff');
}
