using Cis.Searching;
using Cis.Terminal;

namespace Cis.Output;

/// <summary>Hits for a person: the file and, where it is known, the page, and below them the words in context.</summary>
internal static class SearchHitText
{
    private const string Bold = "\e[1m";
    private const string Plain = "\e[0m";

    internal static void Write(TextWriter output, IReadOnlyList<SearchHit> hits, bool isColored)
    {
        foreach (SearchHit hit in hits)
        {
            output.Write(TerminalText.OneLine(hit.Key));
            output.Write(hit.Page is { } page ? $", page {page}\n    " : "\n    ");
            foreach (ContextPart part in hit.Context)
            {
                bool isMarked = part.IsMatch && isColored;
                // What cis indexed has no control character, but a folder may come with somebody else's index.
                string text = TerminalText.OneLine(part.Text);
                output.Write(isMarked ? Bold + text + Plain : text);
            }

            output.Write('\n');
        }
    }
}
