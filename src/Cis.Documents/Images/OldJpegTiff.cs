using System.Buffers.Binary;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>
/// JPEG inside TIFF as TIFF 6.0 first had it (section 22, compression 6), which this libvips has no decoder for: finds
/// the JPEG that the directory points to, or puts one together out of the tables and the strip it names.
/// </summary>
internal static class OldJpegTiff
{
    private const int OldStyleJpeg = 6;

    private static class Tag
    {
        internal const int Width = 256;
        internal const int Height = 257;
        internal const int Compression = 259;
        internal const int StripOffsets = 273;
        internal const int SamplesPerPixel = 277;
        internal const int StripByteCounts = 279;
        internal const int JpegOffset = 513;
        internal const int JpegLength = 514;
        internal const int QuantizationTables = 519;
        internal const int DcTables = 520;
        internal const int AcTables = 521;
        internal const int Subsampling = 530;
    }

    /// <summary>The JPEG of a directory, or null where the directory is not of this kind.</summary>
    /// <exception cref="ReadException">It is of this kind, but what it points to is missing or not supported.</exception>
    internal static byte[]? Find(ReadOnlySpan<byte> file, int index, string name)
    {
        if (
            !TiffDirectory.TryFind(file, index, out TiffDirectory directory)
            || directory.Number(Tag.Compression) != OldStyleJpeg
        )
        {
            return null;
        }

        ReadOnlySpan<byte> jpeg = Part(file, directory.Number(Tag.JpegOffset), directory.Number(Tag.JpegLength));
        if (jpeg is [0xFF, 0xD8, ..] && jpeg.IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) > 0)
        {
            return jpeg.ToArray();
        }

        return Assemble(file, directory)
            ?? throw new ReadException(
                Outcome.UnsupportedType,
                $"Page {index + 1} of {name} is an old-style JPEG in several strips, which cis does not read."
            );
    }

    // A length of zero means up to the end of the file.
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> file, uint offset, uint length)
    {
        if (offset == 0 || offset >= file.Length)
        {
            return [];
        }

        ReadOnlySpan<byte> rest = file[(int)offset..];
        return length == 0 || length > rest.Length ? rest : rest[..(int)length];
    }

    /// <summary>A baseline JPEG of the directory's tables and its only strip; null where it has not just one.</summary>
    private static byte[]? Assemble(ReadOnlySpan<byte> file, TiffDirectory directory)
    {
        int components = (int)directory.Number(Tag.SamplesPerPixel);
        uint[] quantization = directory.Values(Tag.QuantizationTables, 3);
        uint[] dc = directory.Values(Tag.DcTables, 3);
        uint[] ac = directory.Values(Tag.AcTables, 3);
        bool complete =
            components is 1 or 3
            && quantization.Length == components
            && dc.Length == components
            && ac.Length == components;
        if (!complete || directory.Values(Tag.StripOffsets, 2) is not [uint strip])
        {
            return null;
        }

        var jpeg = new MemoryStream();
        jpeg.Write([0xFF, 0xD8]);
        for (int i = 0; i < components; i++)
        {
            WriteTable(jpeg, 0xDB, (byte)i, Part(file, quantization[i], 64));
            WriteTable(jpeg, 0xC4, (byte)i, HuffmanTable(file, dc[i]));
            WriteTable(jpeg, 0xC4, (byte)(0x10 | i), HuffmanTable(file, ac[i]));
        }

        WriteFrame(jpeg, directory, components);
        WriteScan(jpeg, components);
        jpeg.Write(Part(file, strip, directory.Number(Tag.StripByteCounts)));
        jpeg.Write([0xFF, 0xD9]);
        return jpeg.ToArray();
    }

    /// <summary>Sixteen counts of codes by length, then as many values.</summary>
    private static ReadOnlySpan<byte> HuffmanTable(ReadOnlySpan<byte> file, uint offset)
    {
        uint length = 16;
        foreach (byte count in Part(file, offset, 16))
        {
            length += count;
        }

        return Part(file, offset, length);
    }

    private static void WriteTable(MemoryStream jpeg, byte marker, byte id, ReadOnlySpan<byte> table)
    {
        WriteSegmentStart(jpeg, marker, table.Length + 1);
        jpeg.WriteByte(id);
        jpeg.Write(table);
    }

    private static void WriteFrame(MemoryStream jpeg, TiffDirectory directory, int components)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)directory.Number(Tag.Height));
        BinaryPrimitives.WriteUInt16BigEndian(size[2..], (ushort)directory.Number(Tag.Width));
        // 2 x 2 is what TIFF takes where the tag is missing.
        uint[] subsampling = directory.Values(Tag.Subsampling, 2) is [uint h, uint v] ? [h, v] : [2, 2];
        WriteSegmentStart(jpeg, 0xC0, 6 + 3 * components);
        jpeg.WriteByte(8);
        jpeg.Write(size);
        jpeg.WriteByte((byte)components);
        for (int i = 0; i < components; i++)
        {
            bool luma = i == 0 && components == 3;
            jpeg.Write([(byte)(i + 1), (byte)(luma ? (subsampling[0] << 4) | subsampling[1] : 0x11), (byte)i]);
        }
    }

    private static void WriteScan(MemoryStream jpeg, int components)
    {
        WriteSegmentStart(jpeg, 0xDA, 4 + 2 * components);
        jpeg.WriteByte((byte)components);
        for (int i = 0; i < components; i++)
        {
            jpeg.Write([(byte)(i + 1), (byte)((i << 4) | i)]);
        }

        jpeg.Write([0, 63, 0]);
    }

    private static void WriteSegmentStart(MemoryStream jpeg, byte marker, int bytes)
    {
        int length = bytes + 2;
        jpeg.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
    }
}
