using Cis.Pages;

namespace Cis.Ocr.Models;

/// <summary>Finds the recognizer with the smallest vocabulary that reads all languages of a page.</summary>
internal static class LanguageChoice
{
    /// <summary>Stands for every character that the family has.</summary>
    internal const string AllLanguages = "all";

    /// <summary>Chooses a recognizer and one of its heads.</summary>
    /// <exception cref="ReadException">None reads them all together.</exception>
    public static (RecognizerModel Recognizer, HeadModel Head) Choose(
        ModelFamily family,
        IReadOnlyList<string> languages
    )
    {
        if (languages.Contains(AllLanguages, StringComparer.OrdinalIgnoreCase))
        {
            // Families list their vocabularies from small to large.
            RecognizerModel last = family.Recognizers[^1];
            return (last, last.Heads[^1]);
        }

        foreach (RecognizerModel recognizer in family.Recognizers)
        {
            foreach (HeadModel head in recognizer.Heads)
            {
                if (languages.All(language => head.Languages.Contains(language, StringComparer.OrdinalIgnoreCase)))
                {
                    return (recognizer, head);
                }
            }
        }

        throw new ReadException(
            Outcome.UnsupportedType,
            $"the models {family.Family} do not read {string.Join("+", languages)} together; they read "
                + string.Join(", ", CodesOf(family))
        );
    }

    /// <summary>The languages that a family reads.</summary>
    internal static IEnumerable<string> CodesOf(ModelFamily family) =>
        family
            .Recognizers.SelectMany(recognizer => recognizer.Heads)
            .SelectMany(head => head.Languages)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
}
