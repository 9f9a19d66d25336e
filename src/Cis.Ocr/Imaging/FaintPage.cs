using Cis.Pages;

namespace Cis.Ocr.Imaging;

/// <summary>Gives a page that is nearly one color all over the contrast of print.</summary>
internal static class FaintPage
{
    // Gray 205 on 235 is read as it is.
    private const int Faint = 24;

    // Of the page's bytes at either end: dust.
    private const double Dust = 0.0005;

    /// <summary>Stretches the page's levels over all there are.</summary>
    /// <returns>Whether the page was that faint; it is as it was otherwise.</returns>
    public static bool Stretch(PageImage page)
    {
        (int darkest, int brightest) = Range(page);
        if (brightest - darkest is 0 or >= Faint)
        {
            return false;
        }

        Span<byte> levels = stackalloc byte[256];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = (byte)Math.Clamp((i - darkest) * byte.MaxValue / (brightest - darkest), 0, byte.MaxValue);
        }

        for (int y = 0; y < page.Height; y++)
        {
            foreach (ref byte pixel in page.Row(y))
            {
                pixel = levels[pixel];
            }
        }

        return true;
    }

    private static (int Darkest, int Brightest) Range(PageImage page)
    {
        Span<long> counts = stackalloc long[256];
        counts.Clear();
        for (int y = 0; y < page.Height; y++)
        {
            foreach (byte pixel in page.Row(y))
            {
                counts[pixel]++;
            }
        }

        long dust = (long)(Dust * page.Width * page.Height * page.Channels);
        return (FirstAbove(counts, dust, 0, 1), FirstAbove(counts, dust, byte.MaxValue, -1));
    }

    private static int FirstAbove(ReadOnlySpan<long> counts, long dust, int level, int step)
    {
        while ((dust -= counts[level]) >= 0)
        {
            level += step;
        }

        return level;
    }
}
