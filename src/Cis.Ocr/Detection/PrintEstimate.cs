using System.Buffers;
using System.Drawing;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>How much of a page is lines of print, whatever their size, contrast and sharpness.</summary>
/// <param name="Share">The part of the page, 0 to 1.</param>
/// <param name="Lines">About how many lines.</param>
/// <remarks>
/// The page is seen small, in strips from top to bottom. Print is where the brightness of a strip goes up and down evenly
/// over several lines, its neighbors do so in step with it, the ink of a line varies along it while the paper between
/// two lines does not, and no line looks like the next. Rulings do not vary, patterns repeat, photos are not even.
/// </remarks>
internal readonly record struct PrintEstimate(float Share, int Lines)
{
    /// <summary>Looks at a page, upright and on its side.</summary>
    public static PrintEstimate Of(PageImage page) => Of(page, new Rectangle(0, 0, page.Width, page.Height));

    /// <summary>Looks at a part of a page, upright and on its side; the share is of the part.</summary>
    public static PrintEstimate Of(PageImage page, Rectangle part)
    {
        using var small = SmallPage.Of(page, part);
        PrintEstimate upright = Of(small);
        using SmallPage turned = small.Transposed();
        PrintEstimate sideways = Of(turned);
        return upright.Share >= sideways.Share ? upright : sideways;
    }

    private static PrintEstimate Of(SmallPage page)
    {
        using var strips = PageStrips.Of(page);
        if (strips is null)
        {
            return default;
        }

        int cells = strips.Count * page.Height;
        bool[] isPrint = ArrayPool<bool>.Shared.Rent(cells);
        int[] steps = ArrayPool<int>.Shared.Rent(page.Height);
        try
        {
            return Of(strips, isPrint.AsSpan(0, cells), steps.AsSpan(0, page.Height));
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(isPrint);
            ArrayPool<int>.Shared.Return(steps);
        }
    }

    private static PrintEstimate Of(PageStrips strips, Span<bool> isPrint, Span<int> steps)
    {
        isPrint.Clear();
        steps.Clear();
        for (int step = PageStrips.LeastStep; step <= strips.MostStep; step++)
        {
            Mark(strips, step, isPrint, steps);
        }

        float lines = 0;
        foreach (int step in steps)
        {
            lines += step > 0 ? 1f / step : 0;
        }

        int marked = MemoryExtensions.Count(isPrint, true);
        return new PrintEstimate(marked / (float)isPrint.Length, (int)MathF.Round(lines));
    }

    /// <summary>Marks the parts of strips that have lines so many pixels apart, and the rows in which they are.</summary>
    private static void Mark(PageStrips strips, int step, Span<bool> isPrint, Span<int> steps)
    {
        // A quarter of the page's width.
        const int LeastStrips = 4;

        strips.Detrend(step);
        int window = PageStrips.WindowOf(step);
        for (int top = 0; top + window + step <= strips.Height; top += window / 2)
        {
            int run = 0;
            for (int strip = 0; strip <= strips.Count; strip++)
            {
                if (strip < strips.Count && strips.IsPrint(strip, top, step, besideLast: run > 0))
                {
                    run++;
                    continue;
                }

                if (run >= LeastStrips)
                {
                    Mark(strips, strip - run, strip, top, step, isPrint, steps);
                }

                run = 0;
            }
        }
    }

    private static void Mark(
        PageStrips strips,
        int from,
        int to,
        int top,
        int step,
        Span<bool> isPrint,
        Span<int> steps
    )
    {
        int window = PageStrips.WindowOf(step);
        for (int strip = from; strip < to; strip++)
        {
            isPrint.Slice(strip * strips.Height + top, window).Fill(true);
        }

        foreach (ref int known in steps.Slice(top, window))
        {
            known = known == 0 ? step : known;
        }
    }
}
