using System.Buffers;
using System.Text;

namespace Cis.Output;

/// <summary>Plain text: pages are parted by a blank line, and so are documents.</summary>
internal sealed class TextDocumentWriter(Stream output) : DocumentWriter(output)
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(ControlCharacters());

    private bool _isFirst = true;

    internal override void Write(ReadDocument document)
    {
        string text = WithoutControls(document.Text.Text);
        if (text.Length == 0)
        {
            return;
        }

        Output.Write(Encoding.UTF8.GetBytes(_isFirst ? text + "\n" : "\n" + text + "\n"));
        _isFirst = false;
    }

    // A PDF's text layer holds what its author likes: an escape sequence must not reach the user's terminal.
    private static string WithoutControls(string text)
    {
        if (text.AsSpan().IndexOfAny(Controls) < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!Controls.Contains(c))
            {
                kept.Append(c);
            }
        }

        return kept.ToString();
    }

    private static string ControlCharacters()
    {
        var controls = new StringBuilder();
        for (char c = '\0'; c < '\u00a0'; c++)
        {
            if (char.IsControl(c) && c is not ('\n' or '\t'))
            {
                controls.Append(c);
            }
        }

        return controls.ToString();
    }
}
