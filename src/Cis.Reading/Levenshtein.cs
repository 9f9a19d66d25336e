namespace Cis.Reading;

/// <summary>The table of edit distances between the beginnings of two texts (Levenshtein 1966), a row at a time.</summary>
internal static class Levenshtein
{
    /// <summary>The row of the empty beginning: as many insertions as characters.</summary>
    internal static void FirstRow(Span<int> row)
    {
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }
    }

    /// <summary>The row of the beginning that is one character longer.</summary>
    /// <param name="character">That character.</param>
    /// <param name="other">The other text.</param>
    /// <param name="last">The row before, one longer than <paramref name="other"/>.</param>
    /// <param name="next">Takes the row; of the same length.</param>
    internal static void NextRow(char character, ReadOnlySpan<char> other, ReadOnlySpan<int> last, Span<int> next)
    {
        next[0] = last[0] + 1;
        for (int j = 1; j < next.Length; j++)
        {
            int replaced = last[j - 1] + (character == other[j - 1] ? 0 : 1);
            next[j] = Math.Min(replaced, Math.Min(next[j - 1], last[j]) + 1);
        }
    }
}
