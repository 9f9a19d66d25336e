namespace Cis.Documents.Images;

/// <summary>
/// Unpacks a run-length coded bitmap into rows of 8-bit indices or 24-bit pixels, the file's first row first
/// (wingdi.h, "Bitmap Compression"; RLE24 is OS/2's).
/// </summary>
internal ref struct BmpRunLength
{
    private const int EndOfLine = 0;
    private const int EndOfBitmap = 1;
    private const int Delta = 2;

    private readonly BmpHeader _header;
    private readonly ReadOnlySpan<byte> _data;
    private readonly Span<byte> _rows;
    private readonly int _pixelBytes;
    private int _at;
    private int _x;
    private int _y;

    private BmpRunLength(BmpHeader header, ReadOnlySpan<byte> data, Span<byte> rows)
    {
        _header = header;
        _data = data;
        _rows = rows;
        _pixelBytes = PixelBytesOf(header);
    }

    /// <summary>Bytes of an unpacked pixel.</summary>
    internal static int PixelBytesOf(BmpHeader header) => header.Coding == BmpCoding.RunLength24 ? 3 : 1;

    /// <summary>Unpacks what there is; pixels that no run reaches stay as they are.</summary>
    /// <returns>Whether the data held to the rules up to its end.</returns>
    internal static bool Unpack(BmpHeader header, ReadOnlySpan<byte> data, Span<byte> rows)
    {
        var unpacker = new BmpRunLength(header, data, rows);
        try
        {
            while (unpacker._y < header.Height && unpacker.Step())
            {
                // Each step takes at least two bytes: the data's length bounds the loop.
            }

            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private bool Step()
    {
        int count = Next();
        int value = Peek();
        if (count > 0)
        {
            Run(count);
            return true;
        }

        _at++;
        switch (value)
        {
            case EndOfLine:
                (_x, _y) = (0, _y + 1);
                return true;
            case EndOfBitmap:
                return false;
            case Delta:
                // What lies beyond the edge is beyond it by however much.
                _x = Math.Min(_x + Next(), _header.Width);
                _y = Math.Min(_y + Next(), _header.Height);
                return true;
            default:
                Literal(value);
                return true;
        }
    }

    private void Run(int count)
    {
        if (_header.Coding == BmpCoding.RunLength4)
        {
            int pair = Next();
            for (int i = 0; i < count; i++)
            {
                Put([(byte)(i % 2 == 0 ? pair >> 4 : pair & 15)]);
            }

            return;
        }

        ReadOnlySpan<byte> pixel = Take(_pixelBytes);
        for (int i = 0; i < count; i++)
        {
            Put(pixel);
        }
    }

    /// <summary>Pixels as they are, padded to two bytes.</summary>
    private void Literal(int count)
    {
        int bytes = _header.Coding == BmpCoding.RunLength4 ? (count + 1) / 2 : count * _pixelBytes;
        ReadOnlySpan<byte> pixels = Take(bytes);
        for (int i = 0; i < count; i++)
        {
            if (_header.Coding == BmpCoding.RunLength4)
            {
                Put([(byte)(i % 2 == 0 ? pixels[i / 2] >> 4 : pixels[i / 2] & 15)]);
            }
            else
            {
                Put(pixels.Slice(i * _pixelBytes, _pixelBytes));
            }
        }

        _at += bytes & 1;
    }

    private void Put(scoped ReadOnlySpan<byte> pixel)
    {
        if (_x < _header.Width && _y < _header.Height)
        {
            pixel.CopyTo(_rows[(int)(((long)_y * _header.Width + _x) * _pixelBytes)..]);
            _x++;
        }
    }

    private readonly int Peek() => _at < _data.Length ? _data[_at] : throw new EndOfStreamException();

    private int Next()
    {
        int value = Peek();
        _at++;
        return value;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - _at)
        {
            throw new EndOfStreamException();
        }

        _at += count;
        return _data.Slice(_at - count, count);
    }
}
