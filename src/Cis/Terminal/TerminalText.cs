using System.Globalization;
using System.Text;

namespace Cis.Terminal;

/// <summary>Text from outside as a terminal may be shown it.</summary>
internal static class TerminalText
{
    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';

    /// <summary>
    /// The text on one line: names of files, keys and reasons from inside files are hostile, and must neither break the
    /// line, nor send the terminal an escape sequence, nor turn round the order in which it shows what follows.
    /// </summary>
    /// <param name="text">The text; bytes of a path that are not UTF-8 are shown as \xE9.</param>
    /// <param name="replacement">What stands in the place of what must not be shown.</param>
    internal static string OneLine(string text, char replacement = '?')
    {
        var line = new StringBuilder(text.Length);
        foreach (Rune rune in Files.PathBytes.Shown(text).EnumerateRunes())
        {
            if (IsHarmless(rune))
            {
                line.Append(rune);
            }
            else
            {
                line.Append(replacement);
            }
        }

        return line.ToString();
    }

    // Format characters are the marks and overrides of direction, and what is not seen at all. Persian words and
    // emoji need two of them.
    private static bool IsHarmless(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            UnicodeCategory.Format => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner,
            _ => true,
        };
}
