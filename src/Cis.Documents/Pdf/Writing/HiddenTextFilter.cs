using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// Takes the invisible text out of a content stream: an old text layer, which would be found beside the new one. Nothing
/// else of the stream changes, and text that is shown stays with all that its place depends on.
/// </summary>
/// <param name="isHiddenForm">Whether a form of the page, by its name, shows nothing but invisible text.</param>
internal sealed class HiddenTextFilter(Func<string, bool> isHiddenForm)
{
    // Text rendering modes that draw nothing: neither fill nor stroke, and clip only (ISO 32000-1, 9.3.6).
    private const int Invisible = 3;
    private const int ClipOnly = 7;

    private readonly List<Range> _removed = [];
    private readonly List<Range> _block = [];
    private readonly Stack<int> _modes = [];
    private int _mode;
    private bool _isBlockVisible;
    private bool _paints;

    /// <summary>The stream without invisible text; null where there is none, or the stream cannot be followed.</summary>
    internal static byte[]? Remove(ReadOnlySpan<byte> content, Func<string, bool> isHiddenForm)
    {
        var found = new HiddenTextFilter(isHiddenForm);
        return found.TryFollow(content) && found._removed.Count > 0 ? found.Without(content) : null;
    }

    /// <summary>Whether a form shows nothing but invisible text.</summary>
    internal static bool IsAll(ReadOnlySpan<byte> content)
    {
        var found = new HiddenTextFilter(_ => false);
        return found.TryFollow(content) && found._removed.Count > 0 && !found._paints;
    }

    private bool TryFollow(ReadOnlySpan<byte> content)
    {
        int operands = 0;
        int last = 0;
        for (int at = PdfSyntax.SkipSpace(content, 0); at < content.Length; at = PdfSyntax.SkipSpace(content, at))
        {
            int end = PdfSyntax.SkipValue(content, at);
            if (end == PdfSyntax.None || end == at)
            {
                return false;
            }

            if (IsOperand(content[at]))
            {
                last = at;
            }
            else
            {
                ReadOnlySpan<byte> operation = content[at..end];
                if (operation.SequenceEqual("BI"u8) && (end = EndOfInlineImage(content, end)) == PdfSyntax.None)
                {
                    return false;
                }

                Follow(operation, content[last..at], new Range(operands, end));
                operands = last = end;
            }

            at = end;
        }

        return true;
    }

    private static bool IsOperand(byte first) =>
        !char.IsAsciiLetter((char)first) && first is not ((byte)'\'' or (byte)'"');

    private void Follow(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> operand, Range place)
    {
        switch (Encoding.Latin1.GetString(operation))
        {
            case "q":
                _modes.Push(_mode);
                break;
            case "Q":
                _modes.TryPop(out _mode);
                break;
            case "Tr":
                _ = int.TryParse(
                    Encoding.Latin1.GetString(operand.Trim(" \r\n\t"u8)),
                    CultureInfo.InvariantCulture,
                    out _mode
                );
                break;
            case "BT":
                _block.Clear();
                _isBlockVisible = false;
                break;
            case "Tj" or "TJ" or "'" or "\"":
                _isBlockVisible |= _mode is not (Invisible or ClipOnly);
                _paints |= _isBlockVisible || _mode == ClipOnly;
                _block.Add(place);
                break;
            case "ET":
                EndBlock();
                break;
            case "Do" when isHiddenForm(NameIn(operand)):
                _removed.Add(place);
                break;
            case "Do" or "BI" or "sh" or "f" or "F" or "f*" or "B" or "B*" or "b" or "b*" or "S" or "s":
                _paints = true;
                break;
            default:
                break;
        }
    }

    /// <summary>Text that is shown stands where the text before it in its block ends: such blocks stay whole.</summary>
    private void EndBlock()
    {
        if (!_isBlockVisible && _mode != ClipOnly)
        {
            _removed.AddRange(_block);
        }

        _block.Clear();
    }

    private static string NameIn(ReadOnlySpan<byte> operand) =>
        Encoding.Latin1.GetString(operand.Trim(" \r\n\t"u8).TrimStart("/"u8));

    /// <summary>Behind the EI of an image whose BI ends at a place: what follows its data must read as text.</summary>
    private static int EndOfInlineImage(ReadOnlySpan<byte> content, int at)
    {
        while (true)
        {
            int found = content[at..].IndexOf("EI"u8);
            if (found < 0)
            {
                return PdfSyntax.None;
            }

            int start = at + found;
            at = start + 2;
            bool isAlone =
                PdfSyntax.IsSpace(content[start - 1]) && (at == content.Length || PdfSyntax.IsSpace(content[at]));
            if (isAlone && !content[at..Math.Min(content.Length, at + 16)].ContainsAnyExceptInRange((byte)9, (byte)126))
            {
                return at;
            }
        }
    }

    private byte[] Without(ReadOnlySpan<byte> content)
    {
        using var kept = new MemoryStream(content.Length);
        int at = 0;
        foreach (Range range in _removed)
        {
            kept.Write(content[at..range.Start.Value]);
            kept.WriteByte((byte)'\n');
            at = range.End.Value;
        }

        kept.Write(content[at..]);
        return kept.ToArray();
    }
}
