using System.Buffers.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// Where the values of a PDF begin and end (ISO 32000-1, 7.2 and 7.3). What lies between is copied, never parsed and
/// rewritten: a dictionary keeps whatever its producer wrote in it.
/// </summary>
internal static class PdfSyntax
{
    /// <summary>What is no value, or has no end.</summary>
    internal const int None = -1;

    // As PDFium: a document that nests deeper is read by neither.
    private const int MaxDepth = 64;

    internal static bool IsSpace(byte b) => b is 0 or (byte)'\t' or (byte)'\n' or 12 or (byte)'\r' or (byte)' ';

    internal static bool IsDelimiter(byte b) =>
        b
            is (byte)'('
                or (byte)')'
                or (byte)'<'
                or (byte)'>'
                or (byte)'['
                or (byte)']'
                or (byte)'{'
                or (byte)'}'
                or (byte)'/'
                or (byte)'%';

    /// <summary>Whether a byte may stand inside a name, number or keyword.</summary>
    internal static bool IsRegular(byte b) => !IsSpace(b) && !IsDelimiter(b);

    /// <summary>The first place at or behind another that is neither white space nor in a comment.</summary>
    internal static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && (IsSpace(text[at]) || text[at] == '%'))
        {
            at = text[at] == '%' ? EndOfLine(text, at) : at + 1;
        }

        return at;
    }

    /// <summary>The end of the value or keyword that begins at a place, or <see cref="None"/>.</summary>
    internal static int SkipValue(ReadOnlySpan<byte> text, int at, int depth = 0)
    {
        if (at >= text.Length || depth > MaxDepth)
        {
            return None;
        }

        return text[at] switch
        {
            (byte)'/' => SkipRegular(text, at + 1),
            (byte)'(' => SkipString(text, at),
            (byte)'[' => SkipGroup(text, at + 1, "]"u8, depth),
            (byte)'<' when text[at..].StartsWith("<<"u8) => SkipGroup(text, at + 2, ">>"u8, depth),
            (byte)'<' => EndAfter(text, at, ">"u8),
            >= (byte)'0' and <= (byte)'9' => SkipReference(text, at) is var end and > 0 ? end : SkipRegular(text, at),
            _ => IsDelimiter(text[at]) ? None : SkipRegular(text, at),
        };
    }

    /// <summary>Reads a whole number without sign, and what is behind it.</summary>
    internal static bool TryReadNumber(ReadOnlySpan<byte> text, ref int at, out long number)
    {
        if (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            int end = SkipRegular(text, at);
            if (Utf8Parser.TryParse(text[at..end], out number, out int used) && used == end - at)
            {
                at = end;
                return true;
            }
        }

        number = 0;
        return false;
    }

    /// <summary>Whether a keyword stands at a place; if so the place moves behind it.</summary>
    internal static bool TryReadKeyword(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> keyword)
    {
        if (at > text.Length || !text[at..].StartsWith(keyword))
        {
            return false;
        }

        int end = at + keyword.Length;
        if (end < text.Length && IsRegular(text[end]))
        {
            return false;
        }

        at = end;
        return true;
    }

    /// <summary>Reads <c>12 0 R</c>.</summary>
    internal static bool TryReadReference(ReadOnlySpan<byte> text, out int number)
    {
        int at = 0;
        number = 0;
        if (SkipReference(text, 0) == None || !TryReadNumber(text, ref at, out long value) || value > int.MaxValue)
        {
            return false;
        }

        number = (int)value;
        return true;
    }

    internal static int SkipRegular(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsRegular(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipReference(ReadOnlySpan<byte> text, int at)
    {
        if (!TryReadNumber(text, ref at, out _))
        {
            return None;
        }

        at = SkipSpace(text, at);
        if (!TryReadNumber(text, ref at, out _))
        {
            return None;
        }

        at = SkipSpace(text, at);
        return TryReadKeyword(text, ref at, "R"u8) ? at : None;
    }

    private static int SkipString(ReadOnlySpan<byte> text, int at)
    {
        int open = 0;
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'\\':
                    at++;
                    break;
                case (byte)'(':
                    open++;
                    break;
                case (byte)')' when --open == 0:
                    return at + 1;
                default:
                    break;
            }
        }

        return None;
    }

    private static int SkipGroup(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> close, int depth)
    {
        for (at = SkipSpace(text, at); at != None && at < text.Length; at = SkipSpace(text, at))
        {
            if (text[at..].StartsWith(close))
            {
                return at + close.Length;
            }

            at = SkipValue(text, at, depth + 1);
            if (at == None)
            {
                return None;
            }
        }

        return None;
    }

    private static int EndAfter(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> close)
    {
        int found = text[at..].IndexOf(close);
        return found < 0 ? None : at + found + close.Length;
    }

    private static int EndOfLine(ReadOnlySpan<byte> text, int at)
    {
        int found = text[at..].IndexOfAny("\r\n"u8);
        return found < 0 ? text.Length : at + found;
    }
}
