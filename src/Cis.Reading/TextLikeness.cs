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

    private static int Edits(string a, string b)
    {
        int[] last = new int[b.Length + 1];
        int[] next = new int[b.Length + 1];
        Levenshtein.FirstRow(last);
        foreach (char c in a)
        {
            Levenshtein.NextRow(c, b, last, next);
            (last, next) = (next, last);
        }

        return last[^1];
    }
}
