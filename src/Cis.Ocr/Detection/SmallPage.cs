using System.Buffers;
using System.Drawing;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>A page's brightness, made small. Its memory goes back to the pool when it is disposed of.</summary>
internal sealed class SmallPage : IDisposable
{
    // What parts the lines of 6-point print on A4, and the words of larger print.
    private const int LongestSide = 1000;

    private readonly float[] _gray;

    private SmallPage(int width, int height)
    {
        (Width, Height) = (width, height);
        _gray = ArrayPool<float>.Shared.Rent(width * height);
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>Makes a page small, by a whole factor.</summary>
    public static SmallPage Of(PageImage page) => Of(page, new Rectangle(0, 0, page.Width, page.Height));

    /// <summary>Makes a part of a page small, by the factor of the whole.</summary>
    public static SmallPage Of(PageImage page, Rectangle part)
    {
        int factor = (Math.Max(page.Width, page.Height) + LongestSide - 1) / LongestSide;
        var small = new SmallPage(part.Width / factor, part.Height / factor);
        small._gray.AsSpan(0, small.Width * small.Height).Clear();
        for (int y = 0; y < small.Height * factor; y++)
        {
            ReadOnlySpan<byte> row = page.Row(part.Top + y)[(part.Left * page.Channels)..];
            small.Add(row, y / factor, factor * page.Channels, 1f / (factor * factor * page.Channels));
        }

        return small;
    }

    /// <summary>A part of a row.</summary>
    public ReadOnlySpan<float> Row(int y, int left, int right) => _gray.AsSpan(y * Width + left, right - left);

    /// <summary>The page with its columns for rows.</summary>
    public SmallPage Transposed()
    {
        var turned = new SmallPage(Height, Width);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                turned._gray[x * Height + y] = _gray[y * Width + x];
            }
        }

        return turned;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_gray);

    private void Add(ReadOnlySpan<byte> row, int y, int bytes, float weight)
    {
        Span<float> target = _gray.AsSpan(y * Width, Width);
        for (int x = 0; x < target.Length; x++)
        {
            int sum = 0;
            foreach (byte value in row.Slice(x * bytes, bytes))
            {
                sum += value;
            }

            target[x] += sum * weight;
        }
    }
}
