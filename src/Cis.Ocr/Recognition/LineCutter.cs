using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Where a line is cut.</summary>
/// <param name="At">As a part of its length.</param>
/// <param name="Gap">How wide the white around it is, in pixels.</param>
internal readonly record struct LineCut(float At, float Gap);

/// <summary>Cuts a line into parts of about a length, each time in the widest white nearby.</summary>
internal sealed class LineCutter
{
    // Rows that are looked at; strokes are thicker than a sixteenth of a line, or gray.
    private const int Samples = 24;

    // How far from its place a cut may be, as a part of a part.
    private const float Leeway = 0.25f;

    // Of the line's contrast: below it a column has no ink.
    private const float Ink = 0.25f;

    private float[] _contrast = [];

    /// <summary>Finds the cuts, from the line's start to its end.</summary>
    /// <param name="page">The page.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="part">About how long the parts are to be, in heights of the line.</param>
    public List<LineCut> Cut(PageImage page, Quad box, float part)
    {
        int length = (int)box.Width;
        int parts = (int)MathF.Ceiling(box.Width / (part * box.Height));
        ReadOnlySpan<float> contrast = ContrastOf(page, box, length);
        float limit = Ink * Largest(contrast);
        var cuts = new List<LineCut>(parts);
        for (int i = 1; i < parts; i++)
        {
            float step = length / (float)parts;
            int from = (int)((i - Leeway) * step);
            (int start, int end) = WidestGap(contrast, from, (int)((i + Leeway) * step), limit);
            cuts.Add(new LineCut((start + end) / 2f / length, end - start));
        }

        return cuts;
    }

    /// <summary>A part of a line, from and to a part of its length.</summary>
    public static Quad Slice(Quad box, float from, float to) =>
        new(
            Between(box.TopLeft, box.TopRight, from),
            Between(box.TopLeft, box.TopRight, to),
            Between(box.BottomLeft, box.BottomRight, to),
            Between(box.BottomLeft, box.BottomRight, from)
        );

    /// <summary>The widest run without ink, or an empty one in the middle.</summary>
    private static (int Start, int End) WidestGap(ReadOnlySpan<float> contrast, int from, int to, float limit)
    {
        (int Start, int End) best = ((from + to) / 2, (from + to) / 2);
        int start = from;
        for (int x = from; x <= to; x++)
        {
            if (x < to && contrast[x] < limit)
            {
                continue;
            }

            if (x - start > best.End - best.Start)
            {
                best = (start, x);
            }

            start = x + 1;
        }

        return best;
    }

    /// <summary>For each column of a line the difference between its brightest and its darkest pixel.</summary>
    public ReadOnlySpan<float> ContrastOf(PageImage page, Quad box, int length)
    {
        if (_contrast.Length < length)
        {
            _contrast = new float[length];
        }

        for (int x = 0; x < length; x++)
        {
            PagePoint top = Between(box.TopLeft, box.TopRight, (x + 0.5f) / length);
            PagePoint bottom = Between(box.BottomLeft, box.BottomRight, (x + 0.5f) / length);
            byte darkest = 255;
            byte brightest = 0;
            for (int i = 0; i < Samples; i++)
            {
                byte pixel = PixelAt(page, Between(top, bottom, (i + 0.5f) / Samples));
                darkest = Math.Min(darkest, pixel);
                brightest = Math.Max(brightest, pixel);
            }

            _contrast[x] = brightest - darkest;
        }

        return _contrast.AsSpan(0, length);
    }

    /// <summary>Gray, or green, which is most of what the eye sees.</summary>
    public static byte PixelAt(PageImage page, PagePoint at)
    {
        int x = Math.Clamp((int)at.X, 0, page.Width - 1);
        int y = Math.Clamp((int)at.Y, 0, page.Height - 1);
        return page.Row(y)[x * page.Channels + page.Channels / 2];
    }

    public static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = MathF.Max(largest, value);
        }

        return largest;
    }

    public static PagePoint Between(PagePoint a, PagePoint b, float share) =>
        new(a.X + (b.X - a.X) * share, a.Y + (b.Y - a.Y) * share);
}
