using System.Text;

namespace Cis.Output;

/// <summary>Finds the items of lists among the rows of a paragraph.</summary>
internal static class MarkdownList
{
    // Bullets as print has them; the last four stand for themselves in a text, so that white must follow.
    private const string Bullets = "•●▪■◦‣○–—-*·";
    private const string Ambiguous = "–—-*·";

    private const int LongestNumber = 3;

    /// <summary>Writes a paragraph: text and items, each of which ends where the next begins.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="join">Joins rows to one text, with breaks where lines were ended on purpose or without.</param>
    public static string Parts(List<MarkdownRow> rows, Func<List<MarkdownRow>, bool, string> join)
    {
        var markdown = new StringBuilder();
        for (int first = 0, end; first < rows.Count; first = end)
        {
            end = first + 1;
            while (end < rows.Count && MarkerOf(rows[end].Text).Length == 0)
            {
                end++;
            }

            List<MarkdownRow> part = rows.GetRange(first, end - first);
            string marker = MarkerOf(part[0].Text);
            bool isItem = marker.Length > 0;
            part[0] = part[0] with { Text = part[0].Text[marker.Length..].Trim() };
            markdown.Append(first == 0 ? "" : "\n");
            markdown.Append(isItem ? ItemOf(marker) : "").Append(join(part, !isItem));
            markdown.Append(!isItem && end < rows.Count ? "\n" : "");
        }

        return markdown.ToString();
    }

    private static string ItemOf(string marker) => char.IsAsciiDigit(marker[0]) ? marker + " " : "- ";

    /// <summary>The bullet or number before an item; empty where there is none.</summary>
    private static string MarkerOf(string text)
    {
        if (text.Length > 1 && Bullets.Contains(text[0], StringComparison.Ordinal))
        {
            bool stands = char.IsWhiteSpace(text[1]) || !Ambiguous.Contains(text[0], StringComparison.Ordinal);
            return stands ? text[..1] : "";
        }

        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        bool isNumber = digits is > 0 and <= LongestNumber && digits + 2 < text.Length;
        return isNumber && text[digits] is '.' or ')' && text[digits + 1] == ' ' ? text[..(digits + 1)] : "";
    }
}
