using System.Globalization;
using System.Text;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// The font of a document's text layer. A character's code is its UTF-16 value; those beyond the first plane take the
/// codes of surrogates, which no text has alone, one after another as they come.
/// </summary>
internal sealed class TextLayerFont
{
    private const int FirstSpare = 0xD800;
    private const int LastSpare = 0xDFFF;
    private const int Unknown = 0xFFFD;

    // The most that one section of a CMap may have (Adobe's CMap specification).
    private const int MaxRanges = 100;

    private readonly bool[] _pages = new bool[256];
    private readonly Dictionary<int, int> _spares = [];

    /// <summary>Whether anything was set in it.</summary>
    internal bool IsUsed { get; private set; }

    /// <summary>The codes that a text is set in; what no reader should see has none.</summary>
    internal ushort[] CodesOf(string text)
    {
        var codes = new List<ushort>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!Rune.IsControl(rune) && rune.Value is not (0xFFFE or 0xFFFF))
            {
                codes.Add(CodeOf(rune.Value));
            }
        }

        IsUsed |= codes.Count > 0;
        return [.. codes];
    }

    /// <summary>Adds the font's objects to a document.</summary>
    /// <param name="add">Adds an object's body and gives its number.</param>
    /// <returns>The body of the font itself.</returns>
    internal byte[] Write(Func<byte[], int> add)
    {
        int file = add(
            PdfStreams.Body(
                new PdfDictionary { ["Length1"] = Number(GlyphlessFont.Build().Length) },
                GlyphlessFont.Build()
            )
        );
        // Boxes stand on the baseline. Of no descent at all poppler makes a third of an em.
        int descriptor = add(
            Encoding.Latin1.GetBytes(
                "<</Type/FontDescriptor/FontName/CisGlyphless/Flags 5/FontBBox[0 0 500 1000]/ItalicAngle 0/Ascent 1000"
                    + $"/Descent -1/CapHeight 1000/StemV 80/FontFile2 {file} 0 R>>"
            )
        );
        int glyphs = add(PdfStreams.Body(new PdfDictionary(), OneGlyphForAll()));
        int descendant = add(
            Encoding.Latin1.GetBytes(
                "<</Type/Font/Subtype/CIDFontType2/BaseFont/CisGlyphless"
                    + "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                    + $"/FontDescriptor {descriptor} 0 R/DW {GlyphlessFont.Advance}/CIDToGIDMap {glyphs} 0 R>>"
            )
        );
        int unicode = add(PdfStreams.Body(new PdfDictionary(), Encoding.Latin1.GetBytes(ToUnicode())));
        return Encoding.Latin1.GetBytes(
            "<</Type/Font/Subtype/Type0/BaseFont/CisGlyphless/Encoding/Identity-H"
                + $"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
        );
    }

    private static byte[] Number(int number) => Encoding.Latin1.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private ushort CodeOf(int character)
    {
        int code = character;
        if (character > ushort.MaxValue && !_spares.TryGetValue(character, out code))
        {
            code = FirstSpare + _spares.Count;
            if (code > LastSpare)
            {
                code = Unknown;
            }
            else
            {
                _spares.Add(character, code);
            }
        }

        _pages[code >> 8] = true;
        return (ushort)code;
    }

    // 128 kB of the same two bytes: packed, a hundred and fifty.
    private static byte[] OneGlyphForAll()
    {
        byte[] map = new byte[2 << 16];
        for (int i = 1; i < map.Length; i += 2)
        {
            map[i] = 1;
        }

        return map;
    }

    private string ToUnicode()
    {
        var map = new StringBuilder(
            """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
            /CMapName /CisToUnicode def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange

            """
        );
        // A range may not leave the codes of one high byte.
        IEnumerable<string> ranges = Enumerable
            .Range(0, 256)
            .Where(page => _pages[page] && (page << 8) is < FirstSpare or > LastSpare)
            .Select(page => $"<{page:X2}00> <{page:X2}FF> <{page:X2}00>\n");
        Append(map, "bfrange", ranges);
        Append(map, "bfchar", _spares.Select(pair => $"<{pair.Value:X4}> <{Utf16Hex(pair.Key)}>\n"));
        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }

    private static void Append(StringBuilder map, string kind, IEnumerable<string> lines)
    {
        foreach (string[] section in lines.Chunk(MaxRanges))
        {
            map.Append(CultureInfo.InvariantCulture, $"{section.Length} begin{kind}\n");
            map.AppendJoin("", section).Append("end").Append(kind).Append('\n');
        }
    }

    private static string Utf16Hex(int character) =>
        Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(char.ConvertFromUtf32(character)));
}
