namespace Cis.Layout;

/// <summary>
/// Tells the ends of a neighbouring page's lines, which a scan shows at its edge, from cells beside running text: they
/// are letters, as many as the text has lines, and the edge has cut all of them at one place, while the page's own
/// margin keeps their other ends in line too.
/// </summary>
internal static class PageStubs
{
    // Fewer may be a list of terms.
    private const int MinimumLines = 8;

    // Of the text's lines; a term has an explanation of several.
    private const float LinesShare = 0.6f;
    private const float RunningShare = 0.6f;

    // A few letters: more make a side bar.
    private const int MaximumText = 10;

    // Of the stubs, and in line heights: those that end where the others do.
    private const float FlushShare = 0.6f;
    private const float Flush = 0.6f;

    /// <summary>Whether one of the sides of a gutter is a stub of another page.</summary>
    /// <param name="left">The lines left of it.</param>
    /// <param name="right">The lines right of it.</param>
    public static bool Stand(List<Fragment> left, List<Fragment> right) =>
        AreBeside(left, right) || AreBeside(right, left);

    private static bool AreBeside(List<Fragment> stubs, List<Fragment> text)
    {
        int running = text.Count(line => line.Running);
        int letters = stubs.Sum(line => line.TextCharacters);
        return stubs.Count >= MinimumLines
            && stubs.Count >= LinesShare * text.Count
            && running >= RunningShare * text.Count
            && letters >= stubs.Count
            && letters <= MaximumText * stubs.Count
            && AreFlush([.. stubs.Select(line => line.Left)], stubs[0].Height)
            && AreFlush([.. stubs.Select(line => line.Right)], stubs[0].Height);
    }

    private static bool AreFlush(float[] ends, float height)
    {
        Array.Sort(ends);
        float middle = ends[ends.Length / 2];
        return ends.Count(end => MathF.Abs(end - middle) <= Flush * height) >= FlushShare * ends.Length;
    }
}
