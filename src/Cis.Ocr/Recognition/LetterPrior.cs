using System.Text;
using Cis.Languages;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>
/// What is known of a page's letters before it is looked at, where its languages are named: letters with marks that none
/// of them has do not come up, and those that the model seldom gives do so more readily.
/// </summary>
internal static class LetterPrior
{
    // Chosen on every second line or page of rendered text, clean and degraded: docs/languages.md.
    private const float RareFactor = 100;

    // Below any difference between two scores.
    private const float Never = -1000;

    /// <summary>What to add to the score of each class.</summary>
    /// <param name="options">Name the languages.</param>
    /// <param name="model">Knows its rare letters.</param>
    /// <param name="vocabulary">The characters of the classes.</param>
    /// <returns>Null where nothing is known.</returns>
    public static float[]? Of(OcrOptions options, RecognizerModel model, Vocabulary vocabulary)
    {
        Language[] languages = [.. options.Languages.Select(LanguageCatalog.Find).OfType<Language>()];
        bool namesLatin = languages.Any(IsLatin);
        // All languages together are every letter, as is the default; and probabilities are left as they are.
        return
            options.NamesNoLanguage
            || !namesLatin
            || languages.Length < options.Languages.Count
            || model.Output != RecognizerModel.Logits
            ? null
            : Build(languages, model.RareLetters ?? "", vocabulary);
    }

    private static float[] Build(Language[] languages, string rareLetters, Vocabulary vocabulary)
    {
        HashSet<string> own = [.. languages.SelectMany(language => language.Letters)];
        HashSet<string> foreign = [.. languages.SelectMany(language => language.OtherLetters)];
        HashSet<string> rare = [.. rareLetters.EnumerateRunes().Select(rune => rune.ToString())];
        float[] prior = new float[vocabulary.ClassCount];
        for (int i = 1; i < prior.Length; i++)
        {
            string letter = vocabulary[i];
            prior[i] = own.Contains(letter)
                ? rare.Contains(letter)
                    ? MathF.Log(RareFactor)
                    : 0
                : foreign.Contains(letter) || !IsMarkedLatin(letter)
                    ? 0
                    : Never;
        }

        return prior;
    }

    private static bool IsLatin(Language language) =>
        language.Letters.Contains("a") || language.Letters.Any(IsMarkedLatin);

    /// <summary>A Latin letter beyond a to z. Ligatures and the sign of the florin are typography, not spelling.</summary>
    private static bool IsMarkedLatin(string letter) =>
        letter.Length == 1
        && letter[0] is (>= 'À' and <= '\u024F' and not ('×' or '÷' or 'ƒ')) or (>= '\u1E00' and <= '\u1EFF')
        && Rune.IsLetter(new Rune(letter[0]));
}
