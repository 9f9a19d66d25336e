namespace Cis.Reading;

/// <summary>What the readings of some lines say of each character of their digital text: whether it is that one or another.</summary>
internal sealed class CharacterEvidence
{
    // A line of print has 60 to 120 characters; this bounds the work of comparing.
    private const int MostCharacters = 200;

    // Once may be a misreading.
    private const int LeastOther = 2;

    // Where more of a line is other than it was read, either the font lies as a whole or something else was read.
    private const double MostOther = 0.6;

    private readonly Dictionary<char, (int Same, int Other)> _counts = [];

    /// <summary>Compares a line with what was read of it.</summary>
    internal void Add(string text, string reading)
    {
        string said = Bare(text);
        string read = Bare(reading);
        var pairs = new List<(char Said, char Read)>(said.Length);
        int other = 0;
        Align(
            said,
            read,
            (a, b) =>
            {
                pairs.Add((a, b));
                other += IsSame(a, b) ? 0 : 1;
            }
        );
        if (other > MostOther * said.Length && said.Any(char.IsLetter))
        {
            return;
        }

        foreach ((char a, char b) in pairs)
        {
            (int same, int others) = _counts.GetValueOrDefault(a);
            _counts[a] = IsSame(a, b) ? (same + 1, others) : (same, others + 1);
        }
    }

    /// <summary>
    /// The characters that are others: those in doubt that were not read mostly as they are, if most of what was read of
    /// those is other; and what else was mostly read as another then.
    /// </summary>
    /// <returns>Null where none in doubt was read.</returns>
    internal string? Lying(string inDoubt)
    {
        (int same, int other) = (0, 0);
        foreach (char c in inDoubt)
        {
            (int Same, int Other) count = _counts.GetValueOrDefault(c);
            (same, other) = (same + count.Same, other + count.Other);
        }

        if (same + other == 0)
        {
            return null;
        }

        if (other < LeastOther || other <= same)
        {
            return "";
        }

        IEnumerable<char> doubted = inDoubt.Where(c => !IsTrue(_counts.GetValueOrDefault(c)));
        IEnumerable<char> found = _counts.Where(pair => IsOther(pair.Value)).Select(pair => pair.Key);
        return string.Concat(doubted.Union(found).Order());
    }

    private static bool IsTrue((int Same, int Other) count) => count.Same > count.Other;

    private static bool IsOther((int Same, int Other) count) =>
        count.Other >= LeastOther && count.Other > 2 * count.Same;

    private static bool IsSame(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);

    private static string Bare(string text)
    {
        string bare = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        return bare.Length <= MostCharacters ? bare : bare[..MostCharacters];
    }

    /// <summary>Gives the characters that stand for each other where two texts differ least, from the last pair on.</summary>
    private static void Align(string a, string b, Action<char, char> pair)
    {
        int width = b.Length + 1;
        int[] edits = Edits(a.ToLowerInvariant(), b.ToLowerInvariant());
        (int i, int j) = (a.Length, b.Length);
        while (i > 0 && j > 0)
        {
            int here = edits[i * width + j];
            int replaced = IsSame(a[i - 1], b[j - 1]) ? 0 : 1;
            if (here == edits[(i - 1) * width + j - 1] + replaced)
            {
                pair(a[--i], b[--j]);
            }
            else if (here == edits[(i - 1) * width + j] + 1)
            {
                i--;
            }
            else
            {
                j--;
            }
        }
    }

    /// <summary>The edits between each beginning of one text and each of the other, row by row.</summary>
    private static int[] Edits(string a, string b)
    {
        int width = b.Length + 1;
        int[] edits = new int[(a.Length + 1) * width];
        Levenshtein.FirstRow(edits.AsSpan(0, width));
        for (int i = 1; i <= a.Length; i++)
        {
            Levenshtein.NextRow(a[i - 1], b, edits.AsSpan((i - 1) * width, width), edits.AsSpan(i * width, width));
        }

        return edits;
    }
}
