using System.Buffers.Binary;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// A PNG's image data as they are: Flate with PNG's predictors is a filter of PDF too. So bits, palette and size stay.
/// </summary>
internal static class PngPicture
{
    private const int Signature = 8;
    private const int ChunkBytes = 12; // length, type, checksum
    private const double MetresPerInch = 0.0254;

    /// <summary>The picture of a file.</summary>
    /// <returns>Null where PDF has no such image: interlaced, with transparency, or turned.</returns>
    internal static PagePicture? Find(ReadOnlySpan<byte> file, double defaultDpi)
    {
        using var data = new MemoryStream();
        ReadOnlySpan<byte> header = default;
        ReadOnlySpan<byte> palette = default;
        Resolution resolution = default;
        for (int at = Signature; at + ChunkBytes <= file.Length; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - ChunkBytes)
            {
                break;
            }

            ReadOnlySpan<byte> type = file.Slice(at + 4, 4);
            ReadOnlySpan<byte> chunk = file.Slice(at + 8, (int)length);
            at += ChunkBytes + (int)length;
            if (type.SequenceEqual("IHDR"u8))
            {
                header = chunk;
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                palette = chunk;
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                data.Write(chunk);
            }
            else if (type.SequenceEqual("pHYs"u8) && chunk is [_, _, _, _, _, _, _, _, 1, ..])
            {
                resolution = new Resolution(PerInch(chunk), PerInch(chunk[4..]));
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                break;
            }
            else if (type.SequenceEqual("tRNS"u8) || type.SequenceEqual("eXIf"u8))
            {
                return null;
            }
        }

        return data.Length > 0 ? Of(header, palette, data.ToArray(), resolution.Or(defaultDpi)) : null;
    }

    private static double PerInch(ReadOnlySpan<byte> perMetre) =>
        BinaryPrimitives.ReadUInt32BigEndian(perMetre) * MetresPerInch;

    private static PagePicture? Of(
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> palette,
        byte[] data,
        Resolution resolution
    )
    {
        // Width, height, bits, color type, compression, filter, interlace.
        if (header is not [_, _, _, _, _, _, _, _, 1 or 2 or 4 or 8 or 16, 0 or 2 or 3, 0, 0, 0])
        {
            return null;
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(header);
        int height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        int bits = header[8];
        int colors = header[9] == 2 ? 3 : 1;
        bool isIndexed = header[9] == 3;
        if (width <= 0 || height <= 0 || (isIndexed && palette.Length is < 3 or > 768))
        {
            return null;
        }

        string colorSpace =
            isIndexed ? $"[/Indexed /DeviceRGB {palette.Length / 3 - 1} <{Convert.ToHexString(palette)}>]"
            : colors == 3 ? "/DeviceRGB"
            : "/DeviceGray";
        PdfDictionary dictionary = PagePicture.Dictionary(width, height, colorSpace, bits);
        dictionary.Set("Filter", "/FlateDecode");
        dictionary.Set("DecodeParms", $"<</Predictor 15/Colors {colors}/BitsPerComponent {bits}/Columns {width}>>");
        return new PagePicture([new PicturePart(dictionary, data, height)], width, height, resolution, 1);
    }
}
