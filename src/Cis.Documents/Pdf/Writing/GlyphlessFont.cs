using System.Buffers.Binary;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// A TrueType font of one glyph that draws nothing, half an em wide: what an invisible text layer is set in, as in the PDFs
/// of Tesseract and OCRmyPDF. Any character of any script is shown by that glyph; what it means, the font's ToUnicode says.
/// </summary>
internal static class GlyphlessFont
{
    /// <summary>An em.</summary>
    internal const int UnitsPerEm = 1000;

    /// <summary>The width of a glyph in thousandths of an em.</summary>
    internal const int Advance = 500;

    private const int Glyphs = 2;
    private const int HeadAdjustment = 8; // checkSumAdjustment's place in head
    private const uint WholeChecksum = 0xB1B0AFBA; // OpenType, table head

    /// <summary>The font's file: the tables that ISO 32000-1, 9.9 wants of a CIDFontType2.</summary>
    internal static byte[] Build()
    {
        (string Tag, byte[] Data)[] tables =
        [
            ("glyf", Diagonal()),
            ("head", Head()),
            ("hhea", HorizontalHeader()),
            ("hmtx", Words(Advance, 0, Advance, 0)),
            ("loca", Words(0, 0, Diagonal().Length / 2)), // glyph 0 is empty
            ("maxp", MaximumProfile()),
        ];
        byte[] font = Directory(tables);
        int head = font.AsSpan().IndexOf(Head());
        BinaryPrimitives.WriteUInt32BigEndian(font.AsSpan(head + HeadAdjustment), WholeChecksum - Checksum(font));
        return font;
    }

    private static byte[] Directory((string Tag, byte[] Data)[] tables)
    {
        using var font = new MemoryStream();
        // For 6 tables: 16 * 4 the largest power of two within, its logarithm, and the rest.
        font.Write(Words(1, 0, tables.Length, 64, 2, tables.Length * 16 - 64));
        int offset = 12 + tables.Length * 16;
        foreach ((string tag, byte[] data) in tables)
        {
            font.Write(System.Text.Encoding.ASCII.GetBytes(tag));
            font.Write(Long(Checksum(data)));
            font.Write(Long((uint)offset));
            font.Write(Long((uint)data.Length));
            offset += Padded(data).Length;
        }

        foreach ((_, byte[] data) in tables)
        {
            font.Write(Padded(data));
        }

        return font.ToArray();
    }

    /// <summary>
    /// A contour of two points, which has an extent but no area: PDFium gives text the extent of its glyphs, and leaves out
    /// what has none, as text that runs downwards would.
    /// </summary>
    private static byte[] Diagonal() =>
        [
            .. Words(1, 0, 0, Advance, UnitsPerEm), // one contour and its box
            .. Words(1, 0), // its last point; no instructions
            1, // both on the curve, their coordinates in words
            1,
            .. Words(0, Advance, 0, UnitsPerEm), // steps across, then up
        ];

    private static byte[] Head() =>
        [
            .. Words(1, 0, 1, 0), // version, revision
            .. Long(0), // checkSumAdjustment
            .. Long(0x5F0F3CF5), // magic number
            .. Words(0, UnitsPerEm),
            .. new byte[16], // created and modified: never
            .. Words(0, 0, Advance, UnitsPerEm), // the box around all glyphs
            .. Words(0, 8, 2, 0, 0), // style, smallest size, direction, short offsets, glyph format
        ];

    private static byte[] HorizontalHeader() =>
        [.. Words(1, 0, UnitsPerEm, 0, 0, Advance, 0, 0, Advance, 1), .. new byte[14], .. Words(Glyphs)];

    private static byte[] MaximumProfile() => [.. Words(1, 0, Glyphs, 2, 1, 0, 0, 2), .. new byte[16]];

    private static byte[] Words(params ReadOnlySpan<int> values)
    {
        byte[] bytes = new byte[values.Length * 2];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(2 * i), (short)values[i]);
        }

        return bytes;
    }

    private static byte[] Long(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Padded(byte[] data) => [.. data, .. new byte[-data.Length & 3]];

    private static uint Checksum(byte[] data)
    {
        byte[] padded = Padded(data);
        uint sum = 0;
        for (int i = 0; i < padded.Length; i += 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(padded.AsSpan(i));
        }

        return sum;
    }
}
