using System.Drawing;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>Tells paper from print by a look at a few rows, in a fraction of the time that a <see cref="PrintEstimate"/> takes.</summary>
internal static class BlankPaper
{
    private const int RowsApart = 8;

    // The grain of paper and of a sensor is gone in the mean of so many pixels; words, however blurred, are not.
    private const int PixelsTogether = 16;

    // In gray levels. Paper with a grain of eight levels has 0.6; black print that a blur of radius 20 has made unreadable
    // has 12 to 15.
    private const double MostDeviation = 3;

    /// <summary>Whether nothing but paper is in a part of a page.</summary>
    public static bool Is(PageImage page, Rectangle part)
    {
        double variance = 0;
        int rows = 0;
        for (int y = part.Top; y < part.Bottom; y += RowsApart, rows++)
        {
            variance += VarianceOf(
                page.Row(y).Slice(part.Left * page.Channels, part.Width * page.Channels),
                page.Channels
            );
        }

        return variance <= MostDeviation * MostDeviation * rows;
    }

    private static double VarianceOf(ReadOnlySpan<byte> row, int channels)
    {
        int together = PixelsTogether * channels;
        (double sum, double squares, int count) = (0, 0, 0);
        for (; row.Length >= together; row = row[together..], count++)
        {
            double mean = MeanOf(row[..together]);
            (sum, squares) = (sum + mean, squares + mean * mean);
        }

        return count == 0 ? 0 : squares / count - sum / count * (sum / count);
    }

    private static double MeanOf(ReadOnlySpan<byte> values)
    {
        int sum = 0;
        foreach (byte value in values)
        {
            sum += value;
        }

        return (double)sum / values.Length;
    }
}
