using System.Runtime.Intrinsics;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>
/// Writes rows of gray or RGB pixels into a <see cref="PageImage"/>: made smaller where that is asked for, turned as
/// the EXIF orientation says, and in the page's order of blue, green, red.
/// </summary>
internal sealed unsafe class PageWriter
{
    private readonly RowScaler? _scaler;
    private readonly RowHandler _write;
    private readonly int _channels;
    private readonly byte* _origin;
    private readonly nint _stepX;
    private readonly nint _stepY;

    /// <summary>Sizes the page and gets ready for its first row.</summary>
    /// <param name="target">The page.</param>
    /// <param name="width">Columns of the rows to come.</param>
    /// <param name="height">How many rows will come.</param>
    /// <param name="channels">1 for gray, 3 for red, green, blue.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8; anything else is upright.</param>
    /// <param name="size">The page's size before it is turned; no larger than the rows'.</param>
    internal PageWriter(
        PageImage target,
        int width,
        int height,
        int channels,
        int orientation,
        (int Width, int Height) size
    )
    {
        _channels = channels;
        _write = Write;
        if (size != (width, height))
        {
            _scaler = new RowScaler(width, height, size.Width, size.Height, channels);
        }

        bool sideways = orientation is >= 5 and <= 8;
        target.Reset(
            sideways ? size.Height : size.Width,
            sideways ? size.Width : size.Height,
            channels == 1 ? PixelFormat.Gray8 : PixelFormat.Bgr24
        );
        (nint column, nint row) = (target.Channels, target.Stride);
        nint lastColumn = (target.Width - 1) * column;
        nint lastRow = (target.Height - 1) * row;
        (nint origin, _stepX, _stepY) = orientation switch
        {
            2 => (lastColumn, -column, row),
            3 => (lastColumn + lastRow, -column, -row),
            4 => (lastRow, column, -row),
            5 => ((nint)0, row, column),
            6 => (lastColumn, row, -column),
            7 => (lastColumn + lastRow, -row, -column),
            8 => (lastRow, -row, column),
            _ => ((nint)0, column, row),
        };
        _origin = target.Pixels + origin;
    }

    /// <summary>Takes the next row from the top.</summary>
    internal void Accept(int y, ReadOnlySpan<byte> row)
    {
        if (_scaler is null)
        {
            Write(y, row);
        }
        else
        {
            _scaler.Accept(y, row, _write);
        }
    }

    private void Write(int y, ReadOnlySpan<byte> row)
    {
        byte* to = _origin + y * _stepY;
        if (_stepX != _channels)
        {
            WriteStrided(to, row);
        }
        else if (_channels == 1)
        {
            row.CopyTo(new Span<byte>(to, row.Length));
        }
        else
        {
            SwapRedAndBlue(row, new Span<byte>(to, row.Length));
        }
    }

    private void WriteStrided(byte* to, ReadOnlySpan<byte> row)
    {
        if (_channels == 1)
        {
            foreach (byte pixel in row)
            {
                *to = pixel;
                to += _stepX;
            }

            return;
        }

        for (int i = 0; i <= row.Length - 3; i += 3)
        {
            (to[0], to[1], to[2]) = (row[i + 2], row[i + 1], row[i]);
            to += _stepX;
        }
    }

    private static void SwapRedAndBlue(ReadOnlySpan<byte> from, Span<byte> to)
    {
        // Five pixels at a time; the sixteenth byte is written again by the next step.
        var order = Vector128.Create((byte)2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 15);
        int i = 0;
        for (; i <= from.Length - 16; i += 15)
        {
            Vector128.Shuffle(Vector128.Create(from[i..]), order).CopyTo(to[i..]);
        }

        for (; i <= from.Length - 3; i += 3)
        {
            (to[i], to[i + 1], to[i + 2]) = (from[i + 2], from[i + 1], from[i]);
        }
    }
}
