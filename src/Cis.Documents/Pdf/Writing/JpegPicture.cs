using System.Buffers.Binary;
using Cis.Documents.Images;

namespace Cis.Documents.Pdf.Writing;

/// <summary>A JPEG file as it is: PDF has a filter for just that.</summary>
internal static class JpegPicture
{
    private const byte BaselineFrame = 0xC0;
    private const byte ProgressiveFrame = 0xC2;
    private const byte FirstApp = 0xE0;
    private const byte AdobeApp = 0xEE;
    private const byte StartOfScan = 0xDA;
    private const int OrientationTag = 274;

    /// <summary>The picture of a file.</summary>
    /// <returns>Null where it is of a kind that PDF does not know: arithmetic coding, lossless, 12 bits.</returns>
    internal static PagePicture? Find(ReadOnlySpan<byte> file, double defaultDpi)
    {
        Resolution resolution = default;
        int orientation = 1;
        bool isAdobe = false;
        int at = 2;
        while (TryNextSegment(file, ref at, out byte marker, out ReadOnlySpan<byte> segment))
        {
            switch (marker)
            {
                case FirstApp when segment.StartsWith("JFIF\0"u8) && segment.Length >= 12:
                    resolution = OfJfif(segment[7..]);
                    break;
                case FirstApp + 1 when segment.StartsWith("Exif\0\0"u8):
                    TakeExif(segment[6..], ref resolution, ref orientation);
                    break;
                case AdobeApp when segment.StartsWith("Adobe"u8):
                    isAdobe = true;
                    break;
                case >= BaselineFrame and <= ProgressiveFrame when segment.Length >= 6:
                    return OfFrame(file, segment, isAdobe, resolution.Or(defaultDpi), orientation);
                default:
                    break;
            }
        }

        return null;
    }

    private static bool TryNextSegment(
        ReadOnlySpan<byte> file,
        ref int at,
        out byte marker,
        out ReadOnlySpan<byte> segment
    )
    {
        marker = 0;
        segment = default;
        while (at + 1 < file.Length && file[at] == 0xFF && file[at + 1] == 0xFF)
        {
            at++;
        }

        if (at + 4 > file.Length || file[at] != 0xFF || file[at + 1] is StartOfScan)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        if (length < 2 || at + 2 + length > file.Length)
        {
            return false;
        }

        marker = file[at + 1];
        segment = file.Slice(at + 4, length - 2);
        at += 2 + length;
        return true;
    }

    private static Resolution OfJfif(ReadOnlySpan<byte> density)
    {
        int across = BinaryPrimitives.ReadUInt16BigEndian(density[1..]);
        int down = BinaryPrimitives.ReadUInt16BigEndian(density[3..]);
        return density[0] switch
        {
            1 => new Resolution(across, down),
            2 => Resolution.PerCentimeter(across, down),
            _ => default,
        };
    }

    private static void TakeExif(ReadOnlySpan<byte> exif, ref Resolution resolution, ref int orientation)
    {
        if (!TiffDirectory.TryFind(exif, 0, out TiffDirectory directory))
        {
            return;
        }

        orientation = directory.Number(OrientationTag) is var stated and >= 1 and <= 8 ? (int)stated : 1;
        resolution = resolution == default ? Resolution.Of(directory) : resolution;
    }

    private static PagePicture? OfFrame(
        ReadOnlySpan<byte> file,
        ReadOnlySpan<byte> frame,
        bool isAdobe,
        Resolution resolution,
        int orientation
    )
    {
        int height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        string? colorSpace = frame[5] switch
        {
            1 => "/DeviceGray",
            3 => "/DeviceRGB",
            4 => "/DeviceCMYK",
            _ => null,
        };
        if (frame[0] != 8 || width == 0 || height == 0 || colorSpace is null)
        {
            return null;
        }

        PdfDictionary dictionary = PagePicture.Dictionary(width, height, colorSpace, 8);
        dictionary.Set("Filter", "/DCTDecode");
        if (isAdobe && frame[5] == 4)
        {
            // Adobe's programs write ink as its absence.
            dictionary.Set("Decode", "[1 0 1 0 1 0 1 0]");
        }

        var part = new PicturePart(dictionary, file.ToArray(), height);
        return new PagePicture([part], width, height, resolution, orientation);
    }
}
