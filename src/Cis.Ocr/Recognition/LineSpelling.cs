using Cis.Languages;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Takes out of a decoded line what its neighbors rule out.</summary>
/// <param name="vocabulary">The characters of the classes.</param>
/// <param name="carons">Where the page's languages have marks that look like apostrophes.</param>
/// <param name="spacedMarks">Whether one of the languages has a space before a semicolon, as French does.</param>
internal sealed class LineSpelling(Vocabulary vocabulary, CaronMarks? carons = null, bool spacedMarks = false)
{
    /// <summary>Whether one of the languages is French, of Canada too, which has a space before a semicolon.</summary>
    /// <param name="languages">Their codes, as named.</param>
    public static bool HasSpacedMarks(IReadOnlyList<string> languages) =>
        languages.Any(code => LanguageCatalog.Find(code)?.Code == "fr");

    /// <summary>Mends a line in place.</summary>
    public void Mend(List<DecodedCharacter> characters)
    {
        carons?.Mend(characters);
        for (int i = characters.Count - 1; i >= 0; i--)
        {
            if (IsNoSpace(characters, i))
            {
                characters.RemoveAt(i);
            }
            else if (IsSeenTwice(characters, i))
            {
                characters.RemoveAt(characters[i].Probability < characters[i + 1].Probability ? i : i + 1);
            }
        }
    }

    private bool IsNoSpace(List<DecodedCharacter> characters, int index) =>
        characters[index].IsGap
            ? !PartsWords(characters, index)
            : !spacedMarks && vocabulary.IsSpace(characters[index].Class) && IsThin(characters, index);

    /// <summary>
    /// Whether a space is the thin one that printers set before these marks until about 1930: nobody writes it when the text
    /// is typed. Before a colon it may be a form's (<c>NAME : </c>), and stays.
    /// </summary>
    private bool IsThin(List<DecodedCharacter> characters, int index)
    {
        char before = vocabulary.At(characters, index - 1);
        return vocabulary.At(characters, index + 1) is ';' or '!' or '?'
            && char.IsLetter(before)
            && !DecodedText.IsWide(before);
    }

    /// <summary>Whether a gap has the end of a word before it and the begin of another behind it.</summary>
    private bool PartsWords(List<DecodedCharacter> characters, int index)
    {
        char before = vocabulary.At(characters, index - 1);
        char after = vocabulary.At(characters, index + 1);
        return !DecodedText.IsWide(before)
            && !DecodedText.IsWide(after)
            && char.IsLetterOrDigit(after)
            && (char.IsLetterOrDigit(before) || before is '.' or ',' or ':' or ';' or '!' or '?' or ')');
    }

    /// <summary>Whether two apostrophes follow one another within a word: the model saw one twice, as in French.</summary>
    private bool IsSeenTwice(List<DecodedCharacter> characters, int index) =>
        DecodedText.IsApostrophe(vocabulary.At(characters, index))
        && DecodedText.IsApostrophe(vocabulary.At(characters, index + 1))
        && char.IsLetter(vocabulary.At(characters, index - 1))
        && char.IsLetter(vocabulary.At(characters, index + 2));
}
