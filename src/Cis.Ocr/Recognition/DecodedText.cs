using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>A decoded line as letters, for what looks at a character and its neighbors.</summary>
internal static class DecodedText
{
    // From here on characters are East Asian, and no spaces stand between them.
    private const char FirstWide = '\u2E80';

    /// <summary>The first UTF-16 unit of a line's character; 0 beyond the line's ends.</summary>
    public static char At(this Vocabulary vocabulary, List<DecodedCharacter> characters, int index) =>
        index >= 0 && index < characters.Count && vocabulary[characters[index].Class] is [var first, ..] ? first : '\0';

    /// <summary>Whether a character is East Asian: kana, ideographs, and what comes with them.</summary>
    public static bool IsWide(char character) => character >= FirstWide;

    /// <summary>Whether a character is an apostrophe, straight or not.</summary>
    public static bool IsApostrophe(char character) => character is '\'' or '’';
}
