using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>Pixels in managed memory: what tests draw, turn and compare, and copy into pages.</summary>
internal sealed class Picture(int width, int height, PixelFormat format = PixelFormat.Gray8)
{
    private readonly byte[] _pixels = new byte[width * height * (int)format];

    public int Width => width;

    public int Height => height;

    public PixelFormat Format => format;

    public byte this[int x, int y, int channel = 0]
    {
        get => _pixels[(y * width + x) * (int)format + channel];
        set => _pixels[(y * width + x) * (int)format + channel] = value;
    }

    public static Picture Draw(int width, int height, Func<int, int, int> gray)
    {
        var picture = new Picture(width, height);
        for (int i = 0; i < picture._pixels.Length; i++)
        {
            picture._pixels[i] = checked((byte)gray(i % width, i / width));
        }

        return picture;
    }

    public static Picture Random(int width, int height, int seed, PixelFormat format = PixelFormat.Gray8)
    {
        var picture = new Picture(width, height, format);
        new Random(seed).NextBytes(picture._pixels);
        return picture;
    }

    public static Picture Of(PageImage page)
    {
        var picture = new Picture(page.Width, page.Height, page.Format);
        for (int y = 0; y < page.Height; y++)
        {
            page.Row(y).CopyTo(picture.Row(y));
        }

        return picture;
    }

    /// <summary>The picture as it lies on a page whose text runs in a direction.</summary>
    public Picture Turned(ReadingDirection direction)
    {
        bool quarter = direction is ReadingDirection.Downwards or ReadingDirection.Upwards;
        var turned = new Picture(quarter ? height : width, quarter ? width : height, format);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int tx, int ty) = direction switch
                {
                    ReadingDirection.Downwards => (height - 1 - y, x),
                    ReadingDirection.RightToLeft => (width - 1 - x, height - 1 - y),
                    ReadingDirection.Upwards => (y, width - 1 - x),
                    _ => (x, y),
                };
                Pixel(x, y).CopyTo(turned.Pixel(tx, ty));
            }
        }

        return turned;
    }

    /// <summary>The picture as its lines run downhill, on a white ground; gray only.</summary>
    public Picture Slanted(double degrees)
    {
        double slope = Math.Tan(degrees * Math.PI / 180);
        return Draw(
            width,
            height,
            (x, y) => (int)Math.Round(y - slope * x) is >= 0 and int from && from < height ? this[x, from] : 255
        );
    }

    /// <summary>The same gray in three channels.</summary>
    public Picture InColor()
    {
        var color = new Picture(width, height, PixelFormat.Bgr24);
        for (int i = 0; i < _pixels.Length; i++)
        {
            color._pixels.AsSpan(i * 3, 3).Fill(_pixels[i]);
        }

        return color;
    }

    /// <summary>The picture in half its size; gray only.</summary>
    public Picture Halved() =>
        Draw(width / 2, height / 2, (x, y) => (PairSum(2 * x, 2 * y) + PairSum(2 * x, 2 * y + 1)) / 4);

    /// <summary>Copies a part of another picture of the same format.</summary>
    public void Paste(Picture source, int sourceX, int sourceY, int partWidth, int partHeight, int x, int y)
    {
        int bytes = partWidth * (int)format;
        for (int row = 0; row < partHeight; row++)
        {
            source.Row(sourceY + row).Slice(sourceX * (int)format, bytes).CopyTo(Row(y + row)[(x * (int)format)..]);
        }
    }

    public void Fill(byte value) => _pixels.AsSpan().Fill(value);

    public PageImage ToPage()
    {
        var page = new PageImage();
        CopyTo(page);
        return page;
    }

    public void CopyTo(PageImage page)
    {
        page.Reset(width, height, format);
        for (int y = 0; y < height; y++)
        {
            Row(y).CopyTo(page.Row(y));
        }
    }

    private int PairSum(int x, int y) => this[x, y] + this[x + 1, y];

    private Span<byte> Row(int y) => _pixels.AsSpan(y * width * (int)format, width * (int)format);

    private Span<byte> Pixel(int x, int y) => Row(y).Slice(x * (int)format, (int)format);
}
