namespace Cis.ModelCompiler.Tests.Parity;

/// <summary>Cuts a page into its lines of text by the rows that have ink, well enough for upright single columns.</summary>
internal static class TextLines
{
    private const int Ink = 128;
    private const int LineHeight = 48; // what the recognizers take
    private const int MaxWidth = 1600;

    /// <summary>Lines as the recognizers take them: [1, 3, 48, W], values -1..1.</summary>
    public static IEnumerable<(float[] Pixels, int Width)> Of(GrayImage page)
    {
        for ((int y, int top) = (0, -1); y <= page.Height; y++)
        {
            bool hasInk = y < page.Height && page.Row(y).IndexOfAnyInRange((byte)0, (byte)Ink) >= 0;
            if (hasInk && top < 0)
            {
                top = y;
            }

            if (hasInk || top < 0)
            {
                continue;
            }

            if (y - top is >= 12 and <= 120)
            {
                yield return Scaled(page, Math.Max(0, top - 4), Math.Min(page.Height, y + 4));
            }

            top = -1;
        }
    }

    private static (float[] Pixels, int Width) Scaled(GrayImage page, int top, int bottom)
    {
        (int left, int right) = Columns(page, top, bottom);
        double scale = (double)(bottom - top) / LineHeight;
        int width = Math.Clamp((int)((right - left) / scale), 32, MaxWidth);
        float[] pixels = new float[3 * LineHeight * width];
        for (int i = 0; i < LineHeight * width; i++)
        {
            double value = Sample(page, left + (i % width + 0.5) * scale - 0.5, top + (i / width + 0.5) * scale - 0.5);
            for (int channel = 0; channel < 3; channel++)
            {
                pixels[channel * LineHeight * width + i] = (float)(value / 127.5 - 1);
            }
        }
        return (pixels, width);
    }

    private static (int Left, int Right) Columns(GrayImage page, int top, int bottom)
    {
        (int left, int right) = (page.Width, 0);
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<byte> row = page.Row(y);
            if (row.IndexOfAnyInRange((byte)0, (byte)Ink) is var first and >= 0)
            {
                (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOfAnyInRange((byte)0, (byte)Ink)));
            }
        }
        return (Math.Max(0, left - 6), Math.Min(page.Width, right + 6));
    }

    /// <summary>Bilinear, the border repeated.</summary>
    private static double Sample(GrayImage page, double x, double y)
    {
        (int x0, int y0) = ((int)Math.Floor(x), (int)Math.Floor(y));
        (double fx, double fy) = (x - x0, y - y0);
        return (At(x0, y0) * (1 - fx) + At(x0 + 1, y0) * fx) * (1 - fy)
            + (At(x0, y0 + 1) * (1 - fx) + At(x0 + 1, y0 + 1) * fx) * fy;

        byte At(int column, int row) =>
            page.Pixels[Math.Clamp(row, 0, page.Height - 1) * page.Width + Math.Clamp(column, 0, page.Width - 1)];
    }
}
