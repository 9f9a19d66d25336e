using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Takes out of a decoded line what its neighbours rule out.</summary>
/// <param name="vocabulary">The characters of the classes.</param>
/// <param name="carons">Where the page's languages have marks that look like apostrophes.</param>
internal sealed class LineSpelling(Vocabulary vocabulary, CaronMarks? carons = null)
{
    // From here on characters are East Asian, and no spaces stand between them.
    private const char FirstWide = '\u2E80';

    /// <summary>Mends a line in place.</summary>
    public void Mend(List<DecodedCharacter> characters)
    {
        carons?.Mend(characters);
        for (int i = characters.Count - 1; i >= 0; i--)
        {
            if (characters[i].IsGap && !PartsWords(characters, i))
            {
                characters.RemoveAt(i);
            }
            else if (IsSeenTwice(characters, i))
            {
                characters.RemoveAt(characters[i].Probability < characters[i + 1].Probability ? i : i + 1);
            }
        }
    }

    /// <summary>Whether a gap has the end of a word before it and the begin of another behind it.</summary>
    private bool PartsWords(List<DecodedCharacter> characters, int index)
    {
        char before = At(characters, index - 1);
        char after = At(characters, index + 1);
        return before < FirstWide
            && after < FirstWide
            && char.IsLetterOrDigit(after)
            && (char.IsLetterOrDigit(before) || before is '.' or ',' or ':' or ';' or '!' or '?' or ')');
    }

    /// <summary>Whether two apostrophes follow one another within a word: the model saw one twice, as in French.</summary>
    private bool IsSeenTwice(List<DecodedCharacter> characters, int index) =>
        IsApostrophe(At(characters, index))
        && IsApostrophe(At(characters, index + 1))
        && char.IsLetter(At(characters, index - 1))
        && char.IsLetter(At(characters, index + 2));

    private static bool IsApostrophe(char character) => character is '\'' or '’';

    private char At(List<DecodedCharacter> characters, int index) =>
        index >= 0 && index < characters.Count && vocabulary[characters[index].Class] is [var first, ..] ? first : '\0';
}
