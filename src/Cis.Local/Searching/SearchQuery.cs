using System.Globalization;
using System.Text;

namespace Cis.Local.Searching;

/// <summary>
/// What a person searches for: words that must all be on the page; <c>"words in quotes"</c> in this order; a star at a
/// word's end for any ending.
/// </summary>
internal sealed record SearchQuery(string Match, bool HasIdeographs)
{
    // Longer ones are accidents, and each word costs a look-up.
    private const int MaxTerms = 64;

    /// <summary>Understands a query.</summary>
    /// <returns>Null if it has no letter or digit, and so nothing that could be found.</returns>
    internal static SearchQuery? Parse(string text)
    {
        var match = new StringBuilder();
        foreach ((string term, bool isPrefix) in Prepared(text).Where(term => HasToken(term.Text)).Take(MaxTerms))
        {
            match.Append(match.Length > 0 ? " AND " : "");
            // In double quotes FTS5 knows no operators; a quote cannot be in a term.
            match.Append('"').Append(term).Append(isPrefix ? "\" *" : "\"");
        }

        return match.Length == 0 ? null : new SearchQuery(match.ToString(), SearchText.HasIdeographs(text));
    }

    // Before it is asked whether there is a word in them: of a voiced mark without a kana, which is a letter, nothing is left.
    private static IEnumerable<(string Text, bool IsPrefix)> Prepared(string text) =>
        Terms(text).Select(term => (SearchText.Prepare(term.Text), term.IsPrefix));

    private static IEnumerable<(string Text, bool IsPrefix)> Terms(string text)
    {
        // Of the pieces between quotes every second one is inside them; a last quote may be missing.
        string[] pieces = text.Replace('\0', ' ').Split('"', '“', '”');
        for (int i = 0; i < pieces.Length; i++)
        {
            if (i % 2 == 1)
            {
                yield return (pieces[i], IsPrefix: false);
                continue;
            }

            foreach (string word in pieces[i].Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
            {
                yield return (word.TrimEnd('*'), word.EndsWith('*'));
            }
        }
    }

    // What unicode61 makes tokens of: letters, numbers of all kinds (① and ½ too), and characters of private use.
    private static bool HasToken(string term)
    {
        foreach (Rune rune in term.EnumerateRunes())
        {
            if (
                Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.LetterNumber
                        or UnicodeCategory.OtherNumber
                        or UnicodeCategory.PrivateUse
            )
            {
                return true;
            }
        }

        return false;
    }
}
