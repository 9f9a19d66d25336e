using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>How a bitmap's pixels are coded.</summary>
internal enum BmpCoding
{
    /// <summary>Rows of packed pixels.</summary>
    Plain,

    /// <summary>Runs of 8-bit palette indices.</summary>
    RunLength8,

    /// <summary>Runs of 4-bit palette indices.</summary>
    RunLength4,

    /// <summary>Runs of 24-bit pixels (OS/2).</summary>
    RunLength24,
}

/// <summary>Where the bits of one color are in a pixel.</summary>
internal readonly record struct BmpChannel(uint Mask)
{
    internal bool Exists => Mask != 0;

    /// <summary>Its value in a pixel, stretched to 0 to 255.</summary>
    internal byte Of(uint pixel)
    {
        if (Mask == 0)
        {
            return 0;
        }

        int shift = BitOperations.TrailingZeroCount(Mask);
        uint most = Mask >> shift;
        return (byte)(((ulong)((pixel & Mask) >> shift) * 255 + most / 2) / most);
    }
}

/// <summary>
/// The headers of a Windows or OS/2 bitmap: BITMAPCOREHEADER to BITMAPV5HEADER (wingdi.h) and OS/2's two.
/// </summary>
internal sealed record BmpHeader
{
    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;
    private const int Os2HeaderBytes = 64;

    private BmpHeader() { }

    internal int Width { get; private init; }

    internal int Height { get; private init; }

    /// <summary>Whether the first row of the file is the bottom one.</summary>
    internal bool BottomUp { get; private init; }

    /// <summary>1, 2, 4, 8, 16, 24 or 32.</summary>
    internal int BitsPerPixel { get; private init; }

    internal BmpCoding Coding { get; private init; }

    /// <summary>Where the pixels begin in the file.</summary>
    internal long PixelOffset { get; private init; }

    /// <summary>Red, green, blue for each index; black for those the file does not give.</summary>
    internal byte[] Palette { get; private init; } = [];

    internal BmpChannel Red { get; private init; }

    internal BmpChannel Green { get; private init; }

    internal BmpChannel Blue { get; private init; }

    internal BmpChannel Alpha { get; init; }

    /// <summary>Dots per inch, or 0 where the file does not say.</summary>
    internal double Dpi { get; private init; }

    /// <summary>Bytes from one row to the next.</summary>
    internal long RowBytes => IsPadded ? ((long)Width * BitsPerPixel + 31) / 32 * 4 : (long)Width * BitsPerPixel / 8;

    internal bool IsGray
    {
        get
        {
            for (int i = 0; i < Palette.Length; i += 3)
            {
                if (Palette[i] != Palette[i + 1] || Palette[i] != Palette[i + 2])
                {
                    return false;
                }
            }

            return Palette.Length > 0;
        }
    }

    // Rows of a file are padded to four bytes, unpacked ones are not.
    private bool IsPadded { get; init; } = true;

    /// <summary>The header of the same picture after its runs were unpacked.</summary>
    internal BmpHeader Unpacked(int bitsPerPixel) =>
        this with
        {
            BitsPerPixel = bitsPerPixel,
            Coding = BmpCoding.Plain,
            IsPadded = false,
        };

    /// <summary>Reads the headers, masks and palette.</summary>
    /// <exception cref="ReadException">They contradict themselves or ask for what no bitmap has.</exception>
    internal static BmpHeader Parse(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < FileHeaderBytes + CoreHeaderBytes)
        {
            throw Damaged(name, "it ends within its header");
        }

        long headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeaderBytes..]);
        if (headerBytes < CoreHeaderBytes || headerBytes > 1024 || FileHeaderBytes + headerBytes > file.Length)
        {
            throw Damaged(name, "its header has no known size");
        }

        // Fields that a short header leaves out are zero.
        Span<byte> fields = stackalloc byte[124];
        fields.Clear();
        file.Slice(FileHeaderBytes, (int)Math.Min(headerBytes, fields.Length)).CopyTo(fields);
        return headerBytes == CoreHeaderBytes
            ? ParseCore(file, fields, name)
            : ParseInfo(file, fields, (int)headerBytes, name);
    }

    private static BmpHeader ParseCore(ReadOnlySpan<byte> file, ReadOnlySpan<byte> fields, string name)
    {
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[10..]);
        return Check(
            new BmpHeader
            {
                Width = BinaryPrimitives.ReadUInt16LittleEndian(fields[4..]),
                Height = BinaryPrimitives.ReadUInt16LittleEndian(fields[6..]),
                BottomUp = true,
                BitsPerPixel = bits,
                PixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]),
                Palette = ReadPalette(file, FileHeaderBytes + CoreHeaderBytes, 3, bits, 0),
            }.WithDefaultMasks(),
            name
        );
    }

    private static BmpHeader ParseInfo(ReadOnlySpan<byte> file, ReadOnlySpan<byte> fields, int headerBytes, string name)
    {
        int height = BinaryPrimitives.ReadInt32LittleEndian(fields[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[14..]);
        uint compression = BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]);
        bool masked = compression is 3 or 6 && headerBytes != Os2HeaderBytes;
        // An info header of 40 bytes is followed by its masks, later ones hold them.
        int maskBytes = masked && headerBytes == InfoHeaderBytes ? (compression == 6 ? 16 : 12) : 0;
        Span<uint> masks = stackalloc uint[4];
        masks.Clear();
        if (masked)
        {
            int present = maskBytes == 12 || headerBytes == 52 ? 3 : 4;
            for (int i = 0; i < present && FileHeaderBytes + InfoHeaderBytes + 4 * i + 4 <= file.Length; i++)
            {
                masks[i] = BinaryPrimitives.ReadUInt32LittleEndian(file[(FileHeaderBytes + InfoHeaderBytes + 4 * i)..]);
            }
        }

        uint used = BinaryPrimitives.ReadUInt32LittleEndian(fields[32..]);
        var header = new BmpHeader
        {
            Width = BinaryPrimitives.ReadInt32LittleEndian(fields[4..]),
            Height = height == int.MinValue ? 0 : Math.Abs(height),
            BottomUp = height > 0,
            BitsPerPixel = bits,
            Coding = CodingOf(compression, headerBytes, name),
            PixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]),
            Palette = ReadPalette(file, FileHeaderBytes + headerBytes + maskBytes, 4, bits, used),
            Dpi = BinaryPrimitives.ReadInt32LittleEndian(fields[24..]) * 0.0254,
            Red = new(masks[0]),
            Green = new(masks[1]),
            Blue = new(masks[2]),
            Alpha = new(masks[3]),
        };
        return Check(masked && (masks[0] | masks[1] | masks[2]) != 0 ? header : header.WithDefaultMasks(), name);
    }

    private static BmpCoding CodingOf(uint compression, int headerBytes, string name) =>
        compression switch
        {
            0 or 6 => BmpCoding.Plain,
            3 when headerBytes != Os2HeaderBytes => BmpCoding.Plain,
            1 => BmpCoding.RunLength8,
            2 => BmpCoding.RunLength4,
            4 when headerBytes == Os2HeaderBytes => BmpCoding.RunLength24,
            _ => throw new ReadException(
                Outcome.UnsupportedType,
                $"{name} is a BMP compressed in a way that cis does not read (code {compression})."
            ),
        };

    private static byte[] ReadPalette(ReadOnlySpan<byte> file, int offset, int entryBytes, int bits, uint used)
    {
        if (bits is not (1 or 2 or 4 or 8))
        {
            return [];
        }

        int entries = 1 << bits;
        int present = used == 0 ? entries : (int)Math.Min(used, (uint)entries);
        byte[] palette = new byte[3 * entries];
        for (int i = 0; i < present && offset + entryBytes * (i + 1) <= file.Length; i++)
        {
            ReadOnlySpan<byte> entry = file.Slice(offset + entryBytes * i, 3);
            (palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]) = (entry[2], entry[1], entry[0]);
        }

        return palette;
    }

    /// <summary>Five bits a color at 16 bits a pixel, eight at 32.</summary>
    private BmpHeader WithDefaultMasks() =>
        this with
        {
            Red = new(BitsPerPixel == 16 ? 0x7C00u : 0xFF0000u),
            Green = new(BitsPerPixel == 16 ? 0x03E0u : 0x00FF00u),
            Blue = new(BitsPerPixel == 16 ? 0x001Fu : 0x0000FFu),
            Alpha = default,
        };

    private static BmpHeader Check(BmpHeader header, string name)
    {
        bool bitsFit = header.Coding switch
        {
            BmpCoding.RunLength8 => header.BitsPerPixel == 8,
            BmpCoding.RunLength4 => header.BitsPerPixel == 4,
            BmpCoding.RunLength24 => header.BitsPerPixel == 24,
            BmpCoding.Plain => header.BitsPerPixel is 1 or 2 or 4 or 8 or 16 or 24 or 32,
            _ => throw new UnreachableException(),
        };
        if (header.Width <= 0 || header.Height <= 0 || !bitsFit)
        {
            throw Damaged(name, $"it claims {header.Width} x {header.Height} pixels of {header.BitsPerPixel} bits");
        }

        return header;
    }

    private static ReadException Damaged(string name, string how) =>
        new(Outcome.Corrupt, $"{name} is a damaged BMP: {how}.");
}
