using Cis.Languages;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Slovak and Czech print the caron of ď, ť, ľ and Ľ as an apostrophe beside the letter, and the model often reads it as
/// one: d' for ď, ľ' and lľ for ľ. Where the languages are named, such a letter and its mark are one again.
/// </summary>
internal sealed class CaronMarks
{
    private const string Plain = "dtlL";
    private const string Marked = "ďťľĽ";

    // A mark touches its letter; an apostrophe that is one stands as far off as a letter would.
    private const int MostStepsBetween = 2;

    private readonly Vocabulary _vocabulary;
    private readonly string _letters;
    private readonly bool _apostrophesAreMarks;
    private readonly int[] _markedClasses;

    private CaronMarks(Vocabulary vocabulary, string letters, bool apostrophesAreMarks)
    {
        (_vocabulary, _letters, _apostrophesAreMarks) = (vocabulary, letters, apostrophesAreMarks);
        _markedClasses =
        [
            .. Marked.Select(x =>
                letters.Contains(x, StringComparison.Ordinal) ? vocabulary.ClassOf(x.ToString()) : -1
            ),
        ];
    }

    /// <summary>The rule for the languages of a page.</summary>
    /// <param name="languages">Their codes, as named.</param>
    /// <param name="vocabulary">The characters of the classes.</param>
    /// <returns>Null where none of them has such letters, or they were not named.</returns>
    public static CaronMarks? Of(IReadOnlyList<string> languages, Vocabulary vocabulary)
    {
        Language[] known = [.. languages.Select(LanguageCatalog.Find).OfType<Language>()];
        string letters = string.Concat(Marked.Where(letter => known.Any(language => Has(language, letter))));
        // English has apostrophes after these letters (it's): then only what was read as ď, ť or ľ loses its second mark.
        bool allHave = known.Length == languages.Count && known.All(language => Marked.Any(x => Has(language, x)));
        return letters.Length == 0 ? null : new CaronMarks(vocabulary, letters, allHave);
    }

    /// <summary>Mends a line in place.</summary>
    public void Mend(List<DecodedCharacter> characters)
    {
        bool isQuoted = false;
        for (int i = 0; i < characters.Count; i++)
        {
            bool isMark = DecodedText.IsApostrophe(_vocabulary.At(characters, i));
            if (isMark && !char.IsLetter(_vocabulary.At(characters, i - 1)))
            {
                isQuoted = true;
            }
            else if (
                isMark
                && !(isQuoted && !char.IsLetter(_vocabulary.At(characters, i + 1)))
                && TryJoin(characters, i)
            )
            {
                characters.RemoveAt(i--);
            }
            else if (IsSeenTwice(characters, i))
            {
                characters.RemoveAt(--i);
            }
        }
    }

    private bool TryJoin(List<DecodedCharacter> characters, int mark)
    {
        DecodedCharacter before = characters[mark - 1];
        if (characters[mark].FirstStep - before.LastStep > MostStepsBetween)
        {
            return false;
        }

        char letter = _vocabulary.At(characters, mark - 1);
        int marked = MarkedClass(letter);
        if (marked < 0 || !_apostrophesAreMarks)
        {
            return _letters.Contains(letter, StringComparison.Ordinal);
        }

        characters[mark - 1] = before with { Class = marked, LastStep = characters[mark].LastStep };
        return true;
    }

    /// <summary>Whether a letter was seen without its mark in the step before: no word has both so close.</summary>
    private bool IsSeenTwice(List<DecodedCharacter> characters, int index) =>
        index > 0
        && MarkedClass(_vocabulary.At(characters, index - 1)) == characters[index].Class
        && characters[index].FirstStep - characters[index - 1].LastStep == 1;

    /// <summary>The class of a plain letter with its mark; -1 where the page's languages have none.</summary>
    private int MarkedClass(char plain) =>
        Plain.IndexOf(plain, StringComparison.Ordinal) is >= 0 and var index ? _markedClasses[index] : -1;

    private static bool Has(Language language, char letter) => language.Letters.Contains(letter.ToString());
}
