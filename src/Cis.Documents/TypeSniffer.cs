using System.Buffers.Binary;

namespace Cis.Documents;

/// <summary>Tells what a file is by its first bytes.</summary>
internal static class TypeSniffer
{
    /// <summary>How many bytes from the start of a file are worth handing over.</summary>
    internal const int Window = PdfHeaderWindow + 5;

    // Readers accept a PDF header anywhere in the first 1,024 bytes (ISO 32000-1, annex H, note 13).
    private const int PdfHeaderWindow = 1024;

    /// <summary>The type, or null where the bytes are of none that cis reads.</summary>
    internal static DocumentType? TypeOf(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xFF, 0xD8, 0xFF, ..] => DocumentType.Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, ..] => DocumentType.Png,
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] => DocumentType.Tiff,
            [(byte)'M', (byte)'M', 0, 42 or 43, ..] => DocumentType.Tiff,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => DocumentType.Gif,
            _ when head.StartsWith("RIFF"u8) && At(head, 8, "WEBP"u8) => DocumentType.WebP,
            _ when IsBmp(head) => DocumentType.Bmp,
            _ when HasHeifBrand(head, "avif"u8) || HasHeifBrand(head, "avis"u8) => DocumentType.Avif,
            _ when head[..Math.Min(head.Length, Window)].IndexOf("%PDF-"u8) >= 0 => DocumentType.Pdf,
            _ => null,
        };

    /// <summary>What well-known kind of file the bytes are that cis does not read, or null.</summary>
    internal static string? UnsupportedKindOf(ReadOnlySpan<byte> head) =>
        head switch
        {
            _ when head.StartsWith("PK\x03\x04"u8) => "a ZIP or Office file",
            _ when head.StartsWith("%!PS"u8) => "a PostScript file",
            _ when head.StartsWith("{\\rtf"u8) => "an RTF file",
            _ when head.StartsWith("8BPS"u8) => "a Photoshop file",
            [0x1F, 0x8B, ..] => "a gzip file",
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => "a program",
            [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old Office file",
            [0x00, 0x00, 0x00, 0x0C, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "a JPEG 2000 image",
            [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)'\n' or (byte)' ' or (byte)'\r', ..] => "a netpbm image",
            _ when At(head, 4, "ftyphe"u8) || At(head, 4, "ftypmif1"u8) || At(head, 4, "ftypmsf1"u8) =>
                "a HEIC image (H.265)",
            _ when IsMarkup(head) => "a web or XML page",
            _ => null,
        };

    private static bool At(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> bytes) =>
        head.Length >= offset + bytes.Length && head.Slice(offset, bytes.Length).SequenceEqual(bytes);

    // "BM" alone begins many a text; the size of the header that follows is one of a few.
    private static bool IsBmp(ReadOnlySpan<byte> head) =>
        head.Length >= 18
        && head.StartsWith("BM"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>Whether a HEIF container's file type box names the brand, as its major or a compatible one.</summary>
    private static bool HasHeifBrand(ReadOnlySpan<byte> head, ReadOnlySpan<byte> brand)
    {
        if (!At(head, 4, "ftyp"u8))
        {
            return false;
        }

        long boxLength = Math.Min(head.Length, BinaryPrimitives.ReadUInt32BigEndian(head));
        for (int i = 8; i + 4 <= boxLength; i += 4)
        {
            if (i != 12 && head.Slice(i, 4).SequenceEqual(brand))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMarkup(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.TrimStart("\uFEFF \t\r\n"u8);
        return text.StartsWith("<?xml"u8)
            || text.StartsWith("<html"u8)
            || text.StartsWith("<HTML"u8)
            || text.StartsWith("<!DOCTYPE"u8)
            || text.StartsWith("<!doctype"u8)
            || text.StartsWith("<svg"u8);
    }
}
