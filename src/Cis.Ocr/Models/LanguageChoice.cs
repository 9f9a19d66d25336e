using Cis.Pages;

namespace Cis.Ocr.Models;

/// <summary>Finds the recogniser with the smallest vocabulary that reads all languages of a page.</summary>
internal static class LanguageChoice
{
    private const string AnyLanguage = "*";
    private const string AllLanguages = "all";

    /// <summary>Chooses a recogniser and one of its heads.</summary>
    /// <exception cref="ReadException">None reads them all together.</exception>
    public static (RecognizerModel Recognizer, HeadModel Head) Choose(
        ModelFamily family,
        IReadOnlyList<string> languages
    )
    {
        foreach (RecognizerModel recognizer in family.Recognizers)
        {
            foreach (HeadModel head in recognizer.Heads)
            {
                if (ReadsAll(head, languages))
                {
                    return (recognizer, head);
                }
            }
        }

        throw new ReadException(
            Outcome.UnsupportedType,
            $"The models {family.Family} do not read {string.Join("+", languages)} together; they read "
                + $"{string.Join(", ", family.Recognizers.SelectMany(r => r.Heads).SelectMany(h => h.Languages).Distinct(StringComparer.Ordinal))}."
        );
    }

    private static bool ReadsAll(HeadModel head, IReadOnlyList<string> languages)
    {
        if (head.Languages.Contains(AnyLanguage, StringComparer.Ordinal))
        {
            return true;
        }

        foreach (string language in languages)
        {
            if (language == AllLanguages || !head.Languages.Contains(language, StringComparer.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
