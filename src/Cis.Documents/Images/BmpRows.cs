namespace Cis.Documents.Images;

/// <summary>Turns the plain rows of a bitmap into gray or RGB.</summary>
internal static class BmpRows
{
    private const byte White = 255;

    /// <summary>Decodes one row; pixels that the file does not hold any more are white.</summary>
    /// <param name="header">The bitmap's headers.</param>
    /// <param name="row">The row's bytes, as many as there are.</param>
    /// <param name="result">Takes Width pixels of 1 byte if the palette is gray, else 3.</param>
    internal static void Decode(BmpHeader header, ReadOnlySpan<byte> row, Span<byte> result)
    {
        long whole = row.Length * 8L / header.BitsPerPixel;
        int present = (int)Math.Min(header.Width, whole);
        int channels = result.Length / header.Width;
        if (header.BitsPerPixel <= 8)
        {
            DecodeIndices(header, row, result[..(present * channels)], channels);
        }
        else
        {
            DecodeColors(header, row, result[..(present * channels)]);
        }

        result[(present * channels)..].Fill(White);
    }

    /// <summary>A pixel of 2, 3 or 4 bytes.</summary>
    internal static uint PixelAt(ReadOnlySpan<byte> p, int bytes) =>
        bytes switch
        {
            2 => (uint)(p[0] | (p[1] << 8)),
            3 => (uint)(p[0] | (p[1] << 8) | (p[2] << 16)),
            _ => p[0] | ((uint)p[1] << 8) | ((uint)p[2] << 16) | ((uint)p[3] << 24),
        };

    private static void DecodeIndices(BmpHeader header, ReadOnlySpan<byte> row, Span<byte> result, int channels)
    {
        int bits = header.BitsPerPixel;
        int mask = (1 << bits) - 1;
        for (int x = 0; x * channels < result.Length; x++)
        {
            int bit = x * bits;
            int index = (row[bit >> 3] >> (8 - bits - (bit & 7))) & mask;
            header.Palette.AsSpan(3 * index, channels).CopyTo(result[(x * channels)..]);
        }
    }

    private static void DecodeColors(BmpHeader header, ReadOnlySpan<byte> row, Span<byte> result)
    {
        int bytes = header.BitsPerPixel / 8;
        for (int x = 0; 3 * x < result.Length; x++)
        {
            uint pixel = PixelAt(row[(x * bytes)..], bytes);
            byte alpha = header.Alpha.Exists ? header.Alpha.Of(pixel) : White;
            result[3 * x] = OnWhite(header.Red.Of(pixel), alpha);
            result[3 * x + 1] = OnWhite(header.Green.Of(pixel), alpha);
            result[3 * x + 2] = OnWhite(header.Blue.Of(pixel), alpha);
        }
    }

    private static byte OnWhite(byte color, byte alpha) => (byte)(White - (White - color) * alpha / White);
}
