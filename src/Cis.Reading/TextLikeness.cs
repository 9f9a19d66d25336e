namespace Cis.Reading;

/// <summary>How alike two readings of one line are.</summary>
internal static class TextLikeness
{
    // A line of print has 60 to 120 characters; this bounds the work of comparing.
    private const int MostCharacters = 400;

    /// <summary>1 for the same characters, 0 for none in common: spaces and case do not count.</summary>
    internal static double Of(string a, string b)
    {
        string x = Bare(a);
        string y = Bare(b);
        int longest = Math.Max(x.Length, y.Length);
        return longest == 0 ? 1 : 1 - Edits(x, y) / (double)longest;
    }

    private static string Bare(string text)
    {
        var bare = new System.Text.StringBuilder(Math.Min(text.Length, MostCharacters));
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c) && bare.Length < MostCharacters)
            {
                bare.Append(char.ToLowerInvariant(c));
            }
        }

        return bare.ToString();
    }

    /// <summary>The distance after Levenshtein, row by row.</summary>
    private static int Edits(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[^1];
    }
}
