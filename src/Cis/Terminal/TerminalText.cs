namespace Cis.Terminal;

/// <summary>Text from outside as a terminal may be shown it.</summary>
internal static class TerminalText
{
    /// <summary>
    /// The text without control characters: names of files, keys and reasons from inside files are hostile, and must
    /// neither break the line nor send the terminal an escape sequence.
    /// </summary>
    internal static string OneLine(string text) =>
        string.Create(
            text.Length,
            text,
            static (characters, source) =>
            {
                for (int i = 0; i < source.Length; i++)
                {
                    characters[i] = char.IsControl(source[i]) ? '?' : source[i];
                }
            }
        );
}
