using Cis.Local.Searching;

namespace Cis.Output;

/// <summary>Hits for a person: the file and page, and below them the words in context.</summary>
internal static class SearchHitText
{
    private const string Bold = "\e[1m";
    private const string Plain = "\e[0m";

    internal static void Write(TextWriter output, IReadOnlyList<SearchHit> hits, bool isColoured)
    {
        foreach (SearchHit hit in hits)
        {
            output.Write(Harmless(hit.Key));
            output.Write($", page {hit.Page}\n    ");
            foreach (ContextPart part in hit.Context)
            {
                bool isMarked = part.IsMatch && isColoured;
                output.Write(isMarked ? Bold + part.Text + Plain : part.Text);
            }

            output.Write('\n');
        }
    }

    // The index has no control character in its text, but names of files can have any.
    private static string Harmless(string name) =>
        string.Create(
            name.Length,
            name,
            static (characters, source) =>
            {
                for (int i = 0; i < source.Length; i++)
                {
                    characters[i] = char.IsControl(source[i]) ? '?' : source[i];
                }
            }
        );
}
