using System.Text;

namespace Cis.Output;

/// <summary>Text that Markdown must not take for markup.</summary>
internal static class MarkdownText
{
    /// <summary>Escapes what would be markup, and leaves control characters out.</summary>
    /// <param name="text">Without line breaks.</param>
    /// <param name="isLineStart">It begins a line of the output, where headings, lists and quotes begin too.</param>
    public static string Escape(string text, bool isLineStart)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsControl(c))
            {
                escaped.Append(char.IsWhiteSpace(c) ? " " : "");
                continue;
            }

            bool begins = isLineStart && BeginsBlock(text, i);
            escaped.Append(begins || IsMarkup(text, i) ? "\\" : "").Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>Joins a row with the text before it: a word parted at the line's end is whole again.</summary>
    public static string Continue(string text, string next)
    {
        if (text.Length == 0 || next.Length == 0)
        {
            return text + next;
        }

        bool parted =
            text.Length > 1 && text[^1] is '-' or '\u2010' && char.IsLetter(text[^2]) && char.IsLower(next[0]);
        return parted ? text[..^1] + next
            : IsSpaceless(text[^1]) && IsSpaceless(next[0]) ? text + next
            : text + " " + next;
    }

    private static bool IsMarkup(string text, int i) =>
        text[i] switch
        {
            '\\' or '`' or '*' or '[' or ']' => true,
            '_' => !(IsWord(text, i - 1) && IsWord(text, i + 1)),
            '<' => i + 1 < text.Length && (char.IsAsciiLetter(text[i + 1]) || text[i + 1] is '/' or '!' or '?'),
            '&' => i + 1 < text.Length && (char.IsAsciiLetter(text[i + 1]) || text[i + 1] == '#'),
            '~' => i + 1 < text.Length && text[i + 1] == '~',
            _ => false,
        };

    /// <summary>A heading, a quotation, an item, a rule, or the line below a heading.</summary>
    private static bool BeginsBlock(string text, int i)
    {
        if (i == 0)
        {
            return text[0] is '#' or '>' or '=' or '+' or '-' or '~' or '|';
        }

        bool isNumbered = text[i] is '.' or ')' && text.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0;
        return isNumbered && i <= 9 && (i + 1 == text.Length || text[i + 1] == ' ');
    }

    private static bool IsWord(string text, int i) => i >= 0 && i < text.Length && char.IsLetterOrDigit(text[i]);

    private static bool IsSpaceless(char c) => c is (>= '\u2e80' and <= '\u9fff') or (>= '\uf900' and <= '\uffef');
}
