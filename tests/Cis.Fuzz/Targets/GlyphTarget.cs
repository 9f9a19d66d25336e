using System.Buffers.Binary;
using System.Text;
using Cis.Documents;
using Cis.Documents.Pdf;
using Cis.Layout;
using Cis.Pages;
using Cis.Sandbox.Messages;

namespace Cis.Fuzz.Targets;

/// <summary>
/// Glyphs of a PDF's text layer to lines, paragraphs and tables. The first two bytes choose page and options; each glyph
/// has 14: its character, how it stands, and where, mostly beside the one before it, as text does.
/// </summary>
internal sealed class GlyphTarget : FuzzTarget
{
    private const int Head = 2;
    private const int GlyphBytes = 14;

    private readonly MessageWriter _writer = new();
    private readonly PageImage _image = new();

    internal override int LeastEdges => 2540;

    internal override int MostInput => Head + 256 * GlyphBytes;

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < Head + GlyphBytes)
        {
            return;
        }

        PageGeometry geometry = GeometryOf(input[0]);
        TextGlyph[] glyphs = GlyphsOf(input[Head..], geometry);
        PageText page = TextLayerPage.Build(glyphs, geometry, (FuriganaMode)(input[1] % 2));
        CheckText(page, glyphs);
        CheckSent(page);
    }

    protected override void Close() => _image.Dispose();

    private static PageGeometry GeometryOf(byte choice)
    {
        var box = new FsRect
        {
            Left = 0,
            Bottom = 0,
            Right = choice % 8 == 7 ? 14_400 : 612,
            Top = 792,
        };
        return PageGeometry.Of(box, choice / 8 % 4, dpi: 72, maxPixels: 64_000_000);
    }

    private static TextGlyph[] GlyphsOf(ReadOnlySpan<byte> bytes, PageGeometry page)
    {
        var glyphs = new List<TextGlyph>();
        var pen = new PageRectangle(72, 72, 80, 84);
        for (; bytes.Length >= GlyphBytes; bytes = bytes[GlyphBytes..])
        {
            pen = BoxOf(bytes[4..], pen);
            float x = (pen.Left + pen.Right) / 2;
            float y = (pen.Top + pen.Bottom) / 2;
            int c = CharacterOf(BinaryPrimitives.ReadUInt16LittleEndian(bytes));
            // As TextLayer takes them: none whose middle is beside the page, and none that is no glyph.
            if (x >= 0 && y >= 0 && x <= page.Width && y <= page.Height && !IsNone(c))
            {
                glyphs.Add(GlyphOf(CharacterKind.IsUnmapped(c) ? TextGlyph.Gap : c, bytes, pen));
            }
        }

        return [.. glyphs];
    }

    private static bool IsNone(int c) =>
        CharacterKind.IsSpace(c) || CharacterKind.IsLineBreak(c) || CharacterKind.IsInvisible(c);

    private static TextGlyph GlyphOf(int character, ReadOnlySpan<byte> bytes, PageRectangle box)
    {
        var direction = (TextDirection)(bytes[2] % 4);
        bool space = (bytes[2] & 4) != 0;
        return new TextGlyph(
            character,
            direction,
            TextGlyph.ToFrame(box, direction),
            space,
            space && (bytes[2] & 8) != 0,
            bytes[3] % 8 - 1,
            (bytes[2] & 0xF0) == 0xF0
        );
    }

    // Letters mostly; kana, ideographs, right-to-left, controls and what is no character at all as they come. PDFium gives
    // 32 bits, which a font may have filled with anything.
    private static int CharacterOf(ushort value) =>
        value switch
        {
            < 0x6000 => 'a' + value % 26,
            < 0x7000 => 0x3041 + value % 0xBF,
            < 0x8000 => 0x4E00 + value % 0x5000,
            < 0x8800 => 0x5D0 + value % 27,
            < 0x8C00 => 0x1F600 + value % 64,
            < 0x9000 => '0' + value % 10,
            < 0x9100 => TextGlyph.Gap,
            < 0x9200 => 0xAD,
            < 0x9300 => '-',
            < 0x9400 => 0xD800 + value % 0x800,
            < 0x9500 => 0x110000 + value,
            _ => value % 0xD800,
        };

    private static PageRectangle BoxOf(ReadOnlySpan<byte> bytes, PageRectangle pen)
    {
        int kind = bytes[0] % 8;
        if (kind == 7)
        {
            // Any numbers, as a font's matrix may have them.
            static float Number(ReadOnlySpan<byte> from) => (float)BinaryPrimitives.ReadHalfLittleEndian(from) * 1000;
            var any = new PageRectangle(Number(bytes[1..]), Number(bytes[3..]), Number(bytes[5..]), Number(bytes[7..]));
            return new PageRectangle(any.Left, any.Top, any.Left, any.Top).Union(
                new(any.Right, any.Bottom, any.Right, any.Bottom)
            );
        }

        float width = 1 + bytes[1] / 16f;
        float height = 4 + bytes[2] / 8f;
        (float left, float top) = kind switch
        {
            < 4 => (pen.Right + bytes[3] / 64f, pen.Top),
            4 => (72 + bytes[3], pen.Bottom + bytes[4] / 32f),
            5 => (pen.Left, pen.Bottom + bytes[3] / 64f),
            _ => (bytes[3] * 3f, bytes[4] * 4f),
        };
        return new PageRectangle(left, top, left + width, top + height);
    }

    /// <summary>Nothing is on the page that no glyph says, and no letter more often than it is drawn.</summary>
    private static void CheckText(PageText page, TextGlyph[] glyphs)
    {
        var drawn = new Dictionary<int, int>();
        foreach (TextGlyph glyph in glyphs)
        {
            foreach (
                Rune rune in (
                    CharacterKind.LettersOf(glyph.CodePoint) ?? new Rune(glyph.CodePoint).ToString()
                ).EnumerateRunes()
            )
            {
                CountOf(drawn, rune.Value)++;
            }
        }

        foreach (TextLine line in page.Lines)
        {
            foreach (Rune rune in line.Text.EnumerateRunes())
            {
                bool isLetter = Rune.IsLetterOrDigit(rune);
                Demand(
                    !isLetter || --CountOf(drawn, rune.Value) >= 0,
                    $"U+{rune.Value:X4} is said more often than drawn"
                );
            }
        }
    }

    private static ref int CountOf(Dictionary<int, int> counts, int key) =>
        ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);

    /// <summary>What such a page says passes the check at the other end of the sandbox.</summary>
    private void CheckSent(PageText page)
    {
        _writer.Clear();
        PageMessage.Write(_writer, new PageContent(page, 72), _image);
        var reader = new MessageReader(_writer.Written);
        try
        {
            _ = PageMessage.Read(ref reader, out _);
            reader.End();
        }
        catch (MalformedMessageException e)
        {
            throw new BrokenPromiseException($"the sandbox's own page is not believed: {e.Message}");
        }
    }
}
