using System.Buffers.Binary;
using System.IO.Compression;

namespace Cis.ModelCompiler.Tests.Parity;

/// <summary>A gray page, 0 is black; read from the PNG files of the tests (not interlaced, at most 8 bits a sample).</summary>
internal sealed record GrayImage(int Width, int Height, byte[] Pixels)
{
    public ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Width, Width);

    public static GrayImage ReadPng(string path)
    {
        (byte[]? header, byte[]? palette, byte[]? packed) = Chunks(File.ReadAllBytes(path));
        (int width, int height) = (
            BinaryPrimitives.ReadInt32BigEndian(header),
            BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4))
        );
        (byte depth, int channels) = (header[8], header[9] == 2 ? 3 : 1); // color type 2 is RGB; 0 gray, 3 palette
        using var inflated = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        byte[][] rows = Unfiltered(
            inflated,
            (width * depth * channels + 7) / 8,
            height,
            Math.Max(1, depth * channels / 8)
        );
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Gray(rows[i / width], i % width, depth, channels, palette);
        }

        return new GrayImage(width, height, pixels);
    }

    private static (byte[] Header, byte[] Palette, byte[] Data) Chunks(byte[] file)
    {
        (byte[]? header, byte[]? palette, MemoryStream? data) = (
            Array.Empty<byte>(),
            Array.Empty<byte>(),
            new MemoryStream()
        );
        for (int at = 8; at < file.Length; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Span<byte> body = file.AsSpan(at + 8, length);
            if (file.AsSpan(at + 4, 4).SequenceEqual("IHDR"u8))
            {
                header = body.ToArray();
            }
            else if (file.AsSpan(at + 4, 4).SequenceEqual("PLTE"u8))
            {
                palette = body.ToArray();
            }
            else if (file.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                data.Write(body);
            }

            at += length + 12;
        }
        return (header, palette, data.ToArray());
    }

    /// <summary>Undoes the five predictions of the format: none, left, up, their mean, Paeth's.</summary>
    private static byte[][] Unfiltered(Stream inflated, int rowBytes, int height, int pixelBytes)
    {
        byte[][] rows = new byte[height][];
        byte[] above = new byte[rowBytes];
        for (int y = 0; y < height; y++)
        {
            int filter = inflated.ReadByte();
            byte[] row = new byte[rowBytes];
            inflated.ReadExactly(row);
            for (int x = 0; x < rowBytes; x++)
            {
                int left = x >= pixelBytes ? row[x - pixelBytes] : 0;
                int corner = x >= pixelBytes ? above[x - pixelBytes] : 0;
                row[x] += (byte)Prediction(filter, left, above[x], corner);
            }
            rows[y] = above = row;
        }
        return rows;
    }

    private static int Prediction(int filter, int left, int up, int corner) =>
        filter switch
        {
            1 => left,
            2 => up,
            3 => (left + up) / 2,
            4 => Paeth(left, up, corner),
            _ => 0,
        };

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        (int dl, int du, int dc) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return dl <= du && dl <= dc ? left
            : du <= dc ? up
            : corner;
    }

    private static byte Gray(byte[] row, int x, int depth, int channels, byte[] palette)
    {
        if (channels == 3)
        {
            return (byte)((row[3 * x] + row[3 * x + 1] + row[3 * x + 2]) / 3);
        }

        int sample = row[x * depth / 8] >> (8 - depth - x * depth % 8) & ((1 << depth) - 1);
        return palette.Length > 0
            ? (byte)((palette[3 * sample] + palette[3 * sample + 1] + palette[3 * sample + 2]) / 3)
            : (byte)(sample * 255 / ((1 << depth) - 1));
    }
}
