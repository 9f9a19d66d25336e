namespace Cis.Ocr.Models;

/// <summary>A recognizer of a family, and one of its heads.</summary>
internal readonly record struct ChosenRecognizer(RecognizerModel Recognizer, HeadModel Head);

/// <summary>
/// Which recognizers the languages of a page need: one; or two in a family that has one for each script, where Latin and
/// East Asian languages are asked for together. Such a family's Japanese recognizer has the letters a to z as well, but
/// reads English badly: docs/accuracy.md, "The fallback family".
/// </summary>
/// <param name="Main">Reads all the languages, or those in East Asian scripts.</param>
/// <param name="Latin">Reads those in Latin script where <paramref name="Main"/> is not the best one for them.</param>
internal readonly record struct ScriptChoice(ChosenRecognizer Main, ChosenRecognizer? Latin)
{
    private static readonly string[] s_eastAsian = ["ja", "zh", "ko"];

    /// <summary>Chooses for the languages that are asked for.</summary>
    /// <exception cref="Cis.Pages.ReadException">The family does not read them.</exception>
    public static ScriptChoice Of(ModelFamily family, IReadOnlyList<string> languages)
    {
        string[] eastAsian = [.. languages.Where(IsEastAsian)];
        string[] others = [.. languages.Where(static language => !IsEastAsian(language))];
        if (eastAsian.Length > 0 && others.Length > 0)
        {
            ChosenRecognizer main = Choose(family, eastAsian);
            ChosenRecognizer latin = Choose(family, others);
            if (main.Recognizer != latin.Recognizer)
            {
                return new ScriptChoice(main, latin);
            }
        }

        return new ScriptChoice(Choose(family, languages), null);
    }

    private static bool IsEastAsian(string language) =>
        s_eastAsian.Contains(language, StringComparer.OrdinalIgnoreCase);

    private static ChosenRecognizer Choose(ModelFamily family, IReadOnlyList<string> languages)
    {
        (RecognizerModel recognizer, HeadModel head) = LanguageChoice.Choose(family, languages);
        return new ChosenRecognizer(recognizer, head);
    }
}
