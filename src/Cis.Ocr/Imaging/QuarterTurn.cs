using Cis.Pages;

namespace Cis.Ocr.Imaging;

/// <summary>Turns a page's pixels by a quarter.</summary>
internal static unsafe class QuarterTurn
{
    // In pixels, a side: rows of one image are columns of the other, and a square of both stays in the cache.
    private const int Square = 64;

    /// <summary>Copies a page that lies on its side.</summary>
    /// <param name="page">As it was scanned.</param>
    /// <param name="clockwise">Whether the copy is turned clockwise; else the other way.</param>
    /// <param name="turned">Receives the copy.</param>
    public static void Copy(PageImage page, bool clockwise, PageImage turned)
    {
        turned.Reset(page.Height, page.Width, page.Format);
        for (int top = 0; top < page.Height; top += Square)
        {
            for (int left = 0; left < page.Width; left += Square)
            {
                CopySquare(page, clockwise, turned, left, top);
            }
        }
    }

    private static void CopySquare(PageImage page, bool clockwise, PageImage turned, int left, int top)
    {
        int channels = page.Channels;
        int right = Math.Min(left + Square, page.Width);
        int bottom = Math.Min(top + Square, page.Height);
        for (int y = top; y < bottom; y++)
        {
            byte* from = page.Pixels + (nint)y * page.Stride + left * channels;
            int x = clockwise ? page.Height - 1 - y : y;
            for (int column = left; column < right; column++)
            {
                int row = clockwise ? column : page.Width - 1 - column;
                byte* to = turned.Pixels + (nint)row * turned.Stride + x * channels;
                for (int channel = 0; channel < channels; channel++)
                {
                    to[channel] = from[channel];
                }

                from += channels;
            }
        }
    }
}
