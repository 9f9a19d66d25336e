using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>A dictionary whose values stay the bytes that they are.</summary>
internal sealed class PdfDictionary
{
    private readonly List<KeyValuePair<string, ReadOnlyMemory<byte>>> _entries = [];

    /// <summary>A value's bytes; empty where there is none.</summary>
    internal ReadOnlyMemory<byte> this[string name]
    {
        get
        {
            int at = Find(name);
            return at < 0 ? default : _entries[at].Value;
        }
        set
        {
            Remove(name);
            _entries.Add(new(name, value));
        }
    }

    internal IEnumerable<string> Names => _entries.Select(entry => entry.Key);

    /// <summary>Reads a dictionary.</summary>
    /// <returns>Null where the bytes do not begin one, or it has no end.</returns>
    internal static PdfDictionary? Parse(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.Span;
        if (!text.StartsWith("<<"u8))
        {
            return null;
        }

        var dictionary = new PdfDictionary();
        int at = PdfSyntax.SkipSpace(text, 2);
        while (at < text.Length && text[at] == '/')
        {
            int nameEnd = PdfSyntax.SkipRegular(text, at + 1);
            int valueStart = PdfSyntax.SkipSpace(text, nameEnd);
            int valueEnd = PdfSyntax.SkipValue(text, valueStart);
            if (valueEnd == PdfSyntax.None)
            {
                return null;
            }

            dictionary[NameOf(text[(at + 1)..nameEnd])] = bytes[valueStart..valueEnd];
            at = PdfSyntax.SkipSpace(text, valueEnd);
        }

        return text[Math.Min(at, text.Length)..].StartsWith(">>"u8) ? dictionary : null;
    }

    internal PdfDictionary Copy()
    {
        var copy = new PdfDictionary();
        copy._entries.AddRange(_entries);
        return copy;
    }

    internal bool Has(string name) => Find(name) >= 0;

    internal void Set(string name, string value) => this[name] = Encoding.Latin1.GetBytes(value);

    internal void Remove(string name)
    {
        int at = Find(name);
        if (at >= 0)
        {
            _entries.RemoveAt(at);
        }
    }

    /// <summary>A whole number written directly; null for anything else.</summary>
    internal int? Number(string name) =>
        int.TryParse(Encoding.Latin1.GetString(this[name].Span), CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    internal bool HasName(string name, ReadOnlySpan<byte> value) => this[name].Span.SequenceEqual(value);

    internal byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        bytes.Write("<<"u8);
        foreach ((string name, ReadOnlyMemory<byte> value) in _entries)
        {
            WriteName(bytes, name);
            bytes.WriteByte((byte)' ');
            bytes.Write(value.Span);
        }

        bytes.Write(">>"u8);
        return bytes.ToArray();
    }

    private static void WriteName(MemoryStream bytes, string name)
    {
        bytes.WriteByte((byte)'/');
        foreach (char c in name)
        {
            if (c is > ' ' and < '\x7f' and not '#' && PdfSyntax.IsRegular((byte)c))
            {
                bytes.WriteByte((byte)c);
            }
            else
            {
                bytes.Write(Encoding.Latin1.GetBytes($"#{(int)c:X2}"));
            }
        }
    }

    /// <summary>A name without its escapes; a # that begins none stands for itself.</summary>
    private static string NameOf(ReadOnlySpan<byte> written)
    {
        if (written.IndexOf((byte)'#') < 0)
        {
            return Encoding.Latin1.GetString(written);
        }

        var name = new StringBuilder();
        for (int i = 0; i < written.Length; i++)
        {
            bool escaped =
                written[i] == '#' && i + 2 < written.Length && IsHex(written[i + 1]) && IsHex(written[i + 2]);
            name.Append(
                escaped
                    ? (char)
                        byte.Parse(
                            written.Slice(i + 1, 2),
                            NumberStyles.AllowHexSpecifier,
                            CultureInfo.InvariantCulture
                        )
                    : (char)written[i]
            );
            i += escaped ? 2 : 0;
        }

        return name.ToString();
    }

    private static bool IsHex(byte b) => char.IsAsciiHexDigit((char)b);

    private int Find(string name) => _entries.FindIndex(entry => entry.Key == name);
}
