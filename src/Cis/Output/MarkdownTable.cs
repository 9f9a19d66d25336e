using System.Text;
using Cis.Pages;

namespace Cis.Output;

/// <summary>A table as GitHub's Markdown has it, with its first row for a heading.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes it.</summary>
    public static string Of(TextTable table)
    {
        var markdown = new StringBuilder();
        for (int i = 0; i < table.Rows.Count; i++)
        {
            if (i > 0)
            {
                markdown.Append('\n');
            }

            AppendRow(markdown, table.Rows[i], table.Columns);
            if (i == 0)
            {
                markdown.Append("\n|").Insert(markdown.Length, " --- |", table.Columns);
            }
        }

        return markdown.ToString();
    }

    private static void AppendRow(StringBuilder markdown, IReadOnlyList<TextCell> row, int columns)
    {
        markdown.Append('|');
        for (int column = 0; column < columns; column++)
        {
            IEnumerable<string> texts = row.Where(cell => cell.Column == column).Select(cell => cell.Text);
            string text = MarkdownText.Escape(string.Join(' ', texts), isLineStart: false);
            markdown.Append(text.Length > 0 ? $" {text.Replace("|", "\\|", StringComparison.Ordinal)} |" : "  |");
        }
    }
}
