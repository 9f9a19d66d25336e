using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Whether a word of the first reader is to be read again.</summary>
/// <param name="vocabulary">What the classes of the characters stand for.</param>
internal sealed class WordDoubt(Vocabulary vocabulary)
{
    // The first reader raises its spaces, so that words do not run together: those that it was not sure of are in doubt.
    private const float SureSpace = 0.7f;

    /// <summary>
    /// Whether a character or a space beside it is unsure, or the word looks as those that the first reader gets wrong
    /// while it is sure: words run together ("84THAISTYLE", "andThe", "TO:George").
    /// </summary>
    /// <param name="characters">The line's characters.</param>
    /// <param name="start">The word's first one.</param>
    /// <param name="end">The one behind its last.</param>
    /// <param name="sure">Characters that are less probable than this are in doubt.</param>
    public bool IsIn(List<DecodedCharacter> characters, int start, int end, float sure)
    {
        if (IsUnsureSpace(characters, start - 1) || IsUnsureSpace(characters, end))
        {
            return true;
        }

        bool digits = false;
        bool letters = false;
        char before = '\0';
        for (int i = start; i < end; i++)
        {
            char character = vocabulary[characters[i].Class][0];
            if (characters[i].Probability < sure || RunsOn(before, character))
            {
                return true;
            }

            digits |= char.IsAsciiDigit(character);
            letters |= char.IsLetter(character);
            before = character;
        }

        return digits && letters;
    }

    private static bool IsUnsureSpace(List<DecodedCharacter> characters, int index) =>
        index >= 0 && index < characters.Count && characters[index].Probability < SureSpace;

    private static bool RunsOn(char before, char character) =>
        (char.IsUpper(character) && char.IsLower(before))
        || (char.IsLetter(character) && before is (':' or ';' or ','));
}
