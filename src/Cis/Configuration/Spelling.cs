namespace Cis.Configuration;

/// <summary>Finds the word that somebody may have meant.</summary>
internal static class Spelling
{
    /// <summary>The candidate with the fewest letters to change (Levenshtein's distance).</summary>
    internal static string Nearest(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(word, candidate)) ?? "";

    /// <summary>Whether a candidate is so near that it was most likely meant: a third of the letters, two at the least.</summary>
    internal static bool IsNear(string word, IReadOnlyCollection<string> candidates, out string nearest)
    {
        nearest = candidates.Count == 0 ? "" : Nearest(word, candidates);
        return candidates.Count > 0 && Distance(word, nearest) <= Math.Max(2, word.Length / 3);
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
