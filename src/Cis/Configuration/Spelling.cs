namespace Cis.Configuration;

/// <summary>Finds the word that somebody may have meant.</summary>
internal static class Spelling
{
    /// <summary>The candidate with the fewest letters to change (Levenshtein's distance, with two that changed places as one change).</summary>
    internal static string Nearest(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(word, candidate)) ?? "";

    /// <summary>Whether a candidate is so near that it was most likely meant: a third of the letters differ, or one.</summary>
    internal static bool IsNear(string word, IReadOnlyCollection<string> candidates, out string nearest)
    {
        nearest = candidates.Count == 0 ? "" : Nearest(word, candidates);
        return candidates.Count > 0 && Distance(word, nearest) <= Math.Max(1, word.Length / 3);
    }

    private static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[^1];
    }
}
