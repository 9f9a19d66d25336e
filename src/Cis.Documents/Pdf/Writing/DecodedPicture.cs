using System.IO.Compression;
using Cis.Pages;

namespace Cis.Documents.Pdf.Writing;

/// <summary>Pixels as an image of PDF, without loss: a bit each where they are black and white, a byte where they are gray.</summary>
internal static class DecodedPicture
{
    // The PNG specification, 9.2.
    private const byte NoFilter = 0;
    private const byte PaethFilter = 4;

    internal static PagePicture Of(PageImage image, double dpi)
    {
        bool isGray = image.Format == PixelFormat.Gray8 || AllRows(image, IsGray);
        int bits = isGray && AllRows(image, row => IsBlackAndWhite(row, image.Channels)) ? 1 : 8;
        int colors = isGray ? 1 : 3;
        string colorSpace = isGray ? "/DeviceGray" : "/DeviceRGB";
        PdfDictionary dictionary = PagePicture.Dictionary(image.Width, image.Height, colorSpace, bits);
        dictionary.Set("Filter", "/FlateDecode");
        dictionary.Set(
            "DecodeParms",
            $"<</Predictor 15/Colors {colors}/BitsPerComponent {bits}/Columns {image.Width}>>"
        );
        var part = new PicturePart(dictionary, Pack(image, colors, bits), image.Height);
        return new PagePicture([part], image.Width, image.Height, new Resolution(dpi, dpi), 1);
    }

    private static bool AllRows(PageImage image, RowTest holds)
    {
        for (int y = 0; y < image.Height; y++)
        {
            if (!holds(image.Row(y)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsGray(ReadOnlySpan<byte> row)
    {
        for (int i = 0; i + 2 < row.Length; i += 3)
        {
            if (row[i] != row[i + 1] || row[i] != row[i + 2])
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBlackAndWhite(ReadOnlySpan<byte> row, int step)
    {
        for (int i = 0; i < row.Length; i += step)
        {
            if (row[i] is not (0 or 255))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Pack(PageImage image, int colors, int bits)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int bytes = (image.Width * colors * bits + 7) / 8;
            byte[] row = new byte[bytes];
            byte[] above = new byte[bytes];
            byte[] coded = new byte[bytes + 1];
            for (int y = 0; y < image.Height; y++)
            {
                Take(image.Row(y), image.Channels, row, colors, bits);
                Filter(row, above, colors, bits, coded);
                zlib.Write(coded);
                (row, above) = (above, row);
            }
        }

        return packed.ToArray();
    }

    private static void Take(ReadOnlySpan<byte> pixels, int channels, Span<byte> row, int colors, int bits)
    {
        row.Clear();
        for (int x = 0; x * channels < pixels.Length; x++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(x * channels, channels);
            if (bits == 1)
            {
                row[x >> 3] |= (byte)((pixel[0] & 1) << (7 - (x & 7)));
            }
            else if (colors == 1)
            {
                row[x] = pixel[0];
            }
            else
            {
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (pixel[2], pixel[1], pixel[0]);
            }
        }
    }

    /// <summary>Each byte as its difference to what its neighbors foretell; letters of one bit pack best as they are.</summary>
    private static void Filter(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int colors, int bits, Span<byte> coded)
    {
        coded[0] = bits == 1 ? NoFilter : PaethFilter;
        row.CopyTo(coded[1..]);
        for (int x = 0; bits == 8 && x < row.Length; x++)
        {
            byte left = x < colors ? (byte)0 : row[x - colors];
            byte corner = x < colors ? (byte)0 : above[x - colors];
            coded[x + 1] -= PdfStreams.Paeth(left, above[x], corner);
        }
    }

    private delegate bool RowTest(ReadOnlySpan<byte> row);
}
