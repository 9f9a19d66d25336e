using System.Text;
using Cis.Reading;

namespace Cis.Output;

/// <summary>
/// Markdown (CommonMark with the tables of GitHub): paragraphs without the page's line breaks, headings where type is
/// plainly larger, lists and tables. Pages are parted by a blank line, and so are documents.
/// </summary>
internal sealed class MarkdownDocumentWriter(Stream output) : DocumentWriter(output)
{
    private bool _isFirst = true;

    internal override void Write(ReadDocument document)
    {
        foreach (PageResult page in document.Text.Pages)
        {
            string markdown = page.Text is { } text ? new MarkdownPage(text).ToMarkdown() : "";
            if (markdown.Length > 0)
            {
                Output.Write(Encoding.UTF8.GetBytes(_isFirst ? markdown + "\n" : "\n" + markdown + "\n"));
                _isFirst = false;
            }
        }
    }
}
