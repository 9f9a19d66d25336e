using Cis.Layout;

namespace Cis.Ocr.Rulings;

/// <summary>Whether lines of a page stand beside others, as cells do: on a page of one column there is no table.</summary>
internal static class SideBySide
{
    // Two rows of two cells.
    private const int LeastLines = 4;

    /// <summary>At least four lines have another one before them, at their height.</summary>
    public static bool In(IReadOnlyList<DirectedLine> lines)
    {
        float[] middles = [.. lines.Select(line => (line.Line.Box.Top + line.Line.Box.Bottom) / 2)];
        float[] heights = [.. lines.Select(line => line.Line.Box.Height)];
        Array.Sort(middles, heights);
        int beside = 0;
        for (int i = 1; i < middles.Length && beside < LeastLines; i++)
        {
            beside += middles[i] - middles[i - 1] < heights[i] / 2 ? 1 : 0;
        }

        return beside >= LeastLines;
    }
}
