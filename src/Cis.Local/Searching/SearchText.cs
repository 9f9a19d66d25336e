using System.Text;

namespace Cis.Local.Searching;

/// <summary>
/// Text as the index holds it, so that SQLite's unicode61 tokenizer finds words in it: Chinese, Japanese and Korean
/// characters, which no space parts, are parted by an invisible one and so become a token each. A word of them is then
/// a phrase, of whatever length. FTS5's trigram tokenizer was tried: it finds no word of one or two characters, which
/// most Japanese words are, finds "art" in "start", and its index is half as large again.
/// </summary>
internal static class SearchText
{
    // ZERO WIDTH SPACE: parts tokens and is not seen.
    private const char Parting = '\u200B';

    private const string HalfwidthKatakana =
        "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    private const char FirstHalfwidthKatakana = '\uFF66';
    private const char HalfwidthVoiced = '\uFF9E';
    private const char HalfwidthSemiVoiced = '\uFF9F';
    private const char CombiningVoiced = '\u3099';
    private const char CombiningSemiVoiced = '\u309A';

    // Kana that a voiced or semi-voiced mark can follow; the composed kana is the next one, or the one after it.
    private const string Voiceable = "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホ";
    private const string SemiVoiceable = "はひふへほハヒフヘホ";

    /// <summary>A page's text, or a part of a query, as the index holds it.</summary>
    /// <remarks>
    /// Fullwidth Latin letters and halfwidth kana become the usual ones; control characters, which could move a
    /// terminal's cursor when a hit is shown, become spaces.
    /// </remarks>
    internal static string Prepare(string text)
    {
        var prepared = new StringBuilder(text.Length + (text.Length / 2));
        bool afterIdeograph = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == Parting || TryCompose(prepared, rune))
            {
                continue;
            }

            Rune folded = Fold(rune);
            bool isIdeograph = IsIdeograph(folded.Value);
            if (isIdeograph && !afterIdeograph && prepared.Length > 0)
            {
                prepared.Append(Parting);
            }

            prepared.Append(folded.ToString());
            if (isIdeograph)
            {
                prepared.Append(Parting);
            }

            afterIdeograph = isIdeograph;
        }

        return prepared.ToString();
    }

    /// <summary>Text out of the index as a person reads it, on one line: no space where ideographs are broken off.</summary>
    internal static string OnOneLine(string prepared)
    {
        string joined = prepared.Replace("\u200B\n\u200B", "", StringComparison.Ordinal);
        var line = new StringBuilder(joined.Length);
        foreach (char character in joined)
        {
            bool isSpace = char.IsWhiteSpace(character);
            if (character != Parting && !(isSpace && line.Length > 0 && line[^1] == ' '))
            {
                line.Append(isSpace ? ' ' : character);
            }
        }

        return line.ToString();
    }

    /// <summary>Whether a text has characters that are a token each.</summary>
    internal static bool HasIdeographs(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsIdeograph(Fold(rune).Value))
            {
                return true;
            }
        }

        return false;
    }

    // Han with its iteration marks, kana, bopomofo and hangul; the two supplementary planes of Han.
    private static bool IsIdeograph(int character) =>
        character
            is (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x3005 and <= 0x3007)
                or (>= 0x3041 and <= 0x3096)
                or (>= 0x309D and <= 0x309F)
                or (>= 0x30A1 and <= 0x30FA)
                or (>= 0x30FC and <= 0x31BF)
                or (>= 0x31F0 and <= 0x31FF)
                or (>= 0x1100 and <= 0x11FF)
                or (>= 0xAC00 and <= 0xD7AF)
                or (>= 0x20000 and <= 0x3FFFD);

    private static Rune Fold(Rune rune) =>
        rune.Value switch
        {
            >= 0xFF01 and <= 0xFF5E => new Rune(rune.Value - 0xFF01 + '!'),
            >= FirstHalfwidthKatakana and < HalfwidthVoiced => new Rune(
                HalfwidthKatakana[rune.Value - FirstHalfwidthKatakana]
            ),
            '\n' => rune,
            _ => Rune.IsControl(rune) ? new Rune(' ') : rune,
        };

    // The program runs without ICU, so string.Normalize would do nothing.
    private static bool TryCompose(StringBuilder prepared, Rune mark)
    {
        (string bases, int distance) = mark.Value switch
        {
            CombiningVoiced or HalfwidthVoiced => (Voiceable, 1),
            CombiningSemiVoiced or HalfwidthSemiVoiced => (SemiVoiceable, 2),
            _ => ("", 0),
        };
        if (bases.Length == 0)
        {
            return false;
        }

        // A kana before it is followed by the parting.
        int at = prepared.Length - 2;
        if (at >= 0 && bases.Contains(prepared[at], StringComparison.Ordinal))
        {
            prepared[at] = (char)(prepared[at] + distance);
        }

        return true;
    }
}
