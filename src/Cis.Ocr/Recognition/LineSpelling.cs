using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Takes out of a decoded line what its neighbors rule out.</summary>
/// <param name="vocabulary">The characters of the classes.</param>
/// <param name="carons">Where the page's languages have marks that look like apostrophes.</param>
internal sealed class LineSpelling(Vocabulary vocabulary, CaronMarks? carons = null)
{
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
