using System.Globalization;
using System.Text;

namespace Cis.Searching;

/// <summary>
/// What a person searches for: words that must all be there; <c>"words in quotes"</c> in this order; a star behind
/// either for any ending; OR between alternatives, NOT or a minus before what must not be there, parentheses. Every index
/// is asked by what it makes of <see cref="Root"/>, never by what was typed.
/// </summary>
/// <param name="Root">What a text must be like.</param>
public sealed record SearchQuery(SearchNode Root)
{
    /// <summary>The most hits that can be shown of one query, the ones that are skipped counted.</summary>
    public const int MaxHits = 10_000;

    private const int MaxLength = 4096;

    // Halfwidth voiced marks are letters to Unicode; without a kana before them no index holds them.
    private const string LoneMarks = "\uFF9E\uFF9F";

    /// <summary>Understands a query.</summary>
    /// <exception cref="SearchQueryException">It cannot be understood, or asks for nothing that could be found.</exception>
    public static SearchQuery Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new SearchQueryException($"the query has {text.Length} characters, and {MaxLength} are the most");
        }

        return new SearchParser(text).Parse() switch
        {
            null => throw new SearchQueryException("the query has no letter and no digit"),
            { IsUnwanted: true } => throw new SearchQueryException(
                "the query says only what must not be there: add a word that must be"
            ),
            { Node: var root } => new SearchQuery(root),
        };
    }

    /// <summary>Whether a text has anything that an index makes words of: letters and numbers of all kinds (① and ½ too),
    /// and characters of private use.</summary>
    internal static bool HasWord(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfWord(Rune rune) =>
        rune is { IsBmp: true } && LoneMarks.Contains((char)rune.Value, StringComparison.Ordinal)
            ? false
            : Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.LetterNumber
                        or UnicodeCategory.OtherNumber
                        or UnicodeCategory.PrivateUse;
}
