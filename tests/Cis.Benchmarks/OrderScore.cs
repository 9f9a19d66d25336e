using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cis.Benchmarks;

/// <summary>
/// What is wrong with a page's text, in words (in characters where words have no spaces between them): how many are
/// wrong in whatever order they come, and how many more are because of their order.
/// </summary>
/// <param name="Expected">The words of the ground truth.</param>
/// <param name="Wrong">The least edits after the best reordering: the larger text's words without those found in both.</param>
/// <param name="Edits">Edits of the text as it stands (Levenshtein).</param>
internal readonly partial record struct OrderScore(int Expected, int Wrong, int Edits)
{
    // A page of ideographs with a few foreign names among them.
    private const float SpacelessShare = 0.2f;

    /// <summary>Edits that order alone asks for.</summary>
    public int Misplaced => Edits - Wrong;

    public static OrderScore operator +(OrderScore a, OrderScore b) =>
        new(a.Expected + b.Expected, a.Wrong + b.Wrong, a.Edits + b.Edits);

    /// <summary>Compares a page's text with what stands on it, as score.py does in its loose figures.</summary>
    public static OrderScore Of(string expected, string found)
    {
        bool characters = IsSpaceless(expected);
        string[] a = Tokens(expected, characters);
        string[] b = Tokens(found, characters);
        return new OrderScore(a.Length, Math.Max(a.Length, b.Length) - Common(a, b), Distance(a, b));
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{100f * Wrong / Expected, 6:F1} wrong  {100f * Misplaced / Expected, 6:F1} by order"
        );

    private static bool IsSpaceless(string text) => Ideograph().Count(text) > SpacelessShare * text.Length;

    private static string[] Tokens(string text, bool characters)
    {
        string loose = Spaces().Replace(Loose(text), characters ? "" : " ").Trim();
        return characters ? [.. loose.EnumerateRunes().Select(r => r.ToString())] : loose.Split(' ');
    }

    private static string Loose(string text)
    {
        string plain = Double().Replace(Single().Replace(text.Normalize(NormalizationForm.FormKC), "'"), "\"");
        return Dash().Replace(plain, "-").Replace("--", "-", StringComparison.Ordinal).ToLowerInvariant();
    }

    private static int Common(string[] a, string[] b)
    {
        var left = a.CountBy(w => w).ToDictionary();
        return b.CountBy(w => w).Sum(w => Math.Min(w.Value, left.GetValueOrDefault(w.Key)));
    }

    private static int Distance(string[] a, string[] b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = diagonal + (a[i] == b[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex("[‘’‚‛]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Single();

    [GeneratedRegex("[“”„‟«»]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Double();

    [GeneratedRegex("[–—―−‐‑]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dash();

    [GeneratedRegex("[\u3040-\u30ff\u3400-\u9fff]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ideograph();
}
