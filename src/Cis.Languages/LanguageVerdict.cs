namespace Cis.Languages;

/// <summary>Whether a vocabulary has the letters of a language.</summary>
/// <param name="Language">The language.</param>
/// <param name="Missing">Its letters that are not in the vocabulary, in the order of their codes.</param>
public sealed record LanguageVerdict(Language Language, IReadOnlyList<string> Missing)
{
    // Japanese lacks 2 of 2,311 (ゐ, ヱ), Welsh 8 of 95 (ẁ ẃ ẅ ỳ); Igbo 10 of 58, Greek 29 of 74, Vietnamese 176 of 290.
    private const int MostMissing = 10;

    /// <summary>Whether the language is read: it lacks a tenth of its letters at most.</summary>
    public bool IsRead => Missing.Count * MostMissing <= Language.Letters.Count;

    /// <summary>Checks the letters of a language.</summary>
    /// <param name="language">The language.</param>
    /// <param name="vocabulary">The characters that a recognizer can give.</param>
    public static LanguageVerdict Of(Language language, IReadOnlySet<string> vocabulary) =>
        new(
            language,
            [.. language.Letters.Where(letter => !vocabulary.Contains(letter)).Order(StringComparer.Ordinal)]
        );

    /// <summary>The codes of all languages that a vocabulary reads.</summary>
    public static IReadOnlyList<string> CodesReadBy(IReadOnlySet<string> vocabulary) =>
        [.. LanguageCatalog.All.Where(language => Of(language, vocabulary).IsRead).Select(language => language.Code)];
}
