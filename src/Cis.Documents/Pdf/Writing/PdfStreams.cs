using System.IO.Compression;

namespace Cis.Documents.Pdf.Writing;

/// <summary>Decodes and encodes streams: Flate with its predictors, which is what structure and page contents use.</summary>
internal static class PdfStreams
{
    /// <summary>Decodes a stream.</summary>
    /// <param name="dictionary">Its dictionary, with filter and parameters written directly.</param>
    /// <param name="data">Its data as the file has them.</param>
    /// <param name="most">The most bytes that it may come to.</param>
    /// <returns>Null where it is larger, of another filter, or damaged from the start.</returns>
    internal static byte[]? Decode(PdfDictionary dictionary, ReadOnlySpan<byte> data, int most)
    {
        if (!dictionary.Has("Filter"))
        {
            return data.Length <= most ? data.ToArray() : null;
        }

        ReadOnlySpan<byte> filter = OnlyElement(dictionary["Filter"].Span);
        if (!filter.SequenceEqual("/FlateDecode"u8) && !filter.SequenceEqual("/Fl"u8))
        {
            return null;
        }

        byte[]? plain = Inflate(data, most);
        ReadOnlySpan<byte> parameters = OnlyElement(dictionary["DecodeParms"].Span);
        return plain is null || parameters.IsEmpty || PdfDictionary.Parse(parameters.ToArray()) is not { } parms
            ? plain
            : Unpredict(plain, parms);
    }

    internal static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    /// <summary>A stream object's body, packed where that makes it smaller.</summary>
    internal static byte[] Body(PdfDictionary dictionary, ReadOnlySpan<byte> data)
    {
        byte[] packed = Deflate(data);
        if (packed.Length >= data.Length)
        {
            return Body(dictionary, data, filter: null);
        }

        return Body(dictionary, packed, "/FlateDecode");
    }

    /// <summary>A stream object's body of data that are coded already.</summary>
    internal static byte[] Body(PdfDictionary dictionary, ReadOnlySpan<byte> data, string? filter)
    {
        if (filter is not null)
        {
            dictionary.Set("Filter", filter);
        }

        dictionary.Set("Length", $"{data.Length}");
        return [.. dictionary.ToBytes(), .. "\nstream\n"u8, .. data, .. "\nendstream"u8];
    }

    /// <summary>An array's only element; a value that is no array is itself; empty for longer arrays' sake.</summary>
    private static ReadOnlySpan<byte> OnlyElement(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith("["u8))
        {
            return value;
        }

        ReadOnlySpan<byte> inner = value[1..^1].Trim(" \r\n\t"u8);
        return PdfSyntax.SkipValue(inner, 0) == inner.Length ? inner : [];
    }

    private static unsafe byte[]? Inflate(ReadOnlySpan<byte> data, int most)
    {
        using var plain = new MemoryStream();
        fixed (byte* p = data)
        {
            using var packed = new UnmanagedMemoryStream(p, data.Length);
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            byte[] buffer = new byte[16 << 10];
            try
            {
                for (int count; (count = zlib.Read(buffer)) > 0; )
                {
                    if (plain.Length + count > most)
                    {
                        return null;
                    }

                    plain.Write(buffer, 0, count);
                }
            }
            catch (InvalidDataException)
            {
                // Cut short or with a wrong checksum: what came is taken, as PDFium does.
                return plain.Length > 0 ? plain.ToArray() : null;
            }
        }

        return plain.ToArray();
    }

    private static byte[]? Unpredict(byte[] data, PdfDictionary parms)
    {
        int predictor = parms.Number("Predictor") ?? 1;
        if (predictor == 1)
        {
            return data;
        }

        long bits = (long)(parms.Number("Colors") ?? 1) * (parms.Number("BitsPerComponent") ?? 8);
        long row = (bits * (parms.Number("Columns") ?? 1) + 7) / 8;
        if (predictor < 10 || bits is <= 0 or > 512 || row <= 0 || row > data.Length)
        {
            return null;
        }

        return UnpredictPng(data, (int)row, (int)Math.Max(1, bits / 8));
    }

    // The PNG specification, 9.2.
    private static byte[] UnpredictPng(byte[] data, int row, int pixel)
    {
        int rows = (data.Length + row) / (row + 1);
        byte[] plain = new byte[rows * row];
        Span<byte> above = new byte[row];
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> coded = data.AsSpan(y * (row + 1));
            Span<byte> line = plain.AsSpan(y * row, row);
            coded[1..Math.Min(coded.Length, row + 1)].CopyTo(line);
            for (int x = 0; x < row; x++)
            {
                byte left = x < pixel ? (byte)0 : line[x - pixel];
                byte corner = x < pixel ? (byte)0 : above[x - pixel];
                line[x] += coded[0] switch
                {
                    1 => left,
                    2 => above[x],
                    3 => (byte)((left + above[x]) / 2),
                    4 => Paeth(left, above[x], corner),
                    _ => 0,
                };
            }

            above = line;
        }

        return plain;
    }

    /// <summary>The PNG predictor of that name.</summary>
    internal static byte Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toCorner = Math.Abs(estimate - corner);
        return (byte)(
            toLeft <= toAbove && toLeft <= toCorner ? left
            : toAbove <= toCorner ? above
            : corner
        );
    }
}
