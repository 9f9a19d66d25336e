using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>The size that an image is read at, and what to say about it.</summary>
internal static class PageSize
{
    /// <summary>
    /// The longest side of a page in pixels, as of a JPEG: rows and columns have costs of their own, whatever the pixels.
    /// </summary>
    internal const int MaxSide = 65_500;

    /// <summary>
    /// The longest side of an image file: a row of it, and tables as long as it is high, are held while it is made
    /// smaller, some 30 bytes a pixel of the longer side. Formats and cameras end at 65,500, but panoramas and maps do not.
    /// </summary>
    private const int MaxSourceSide = 1_000_000;

    /// <summary>Refuses an image with a side that would cost memory before its pixels are counted.</summary>
    /// <exception cref="ReadException">A side is too long: <see cref="Outcome.TooLarge"/>.</exception>
    internal static void CheckSides(int width, int height, string name)
    {
        if (Math.Max(width, height) > MaxSourceSide)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{name} has {width} x {height} pixels; images are read up to {MaxSourceSide} on a side."
            );
        }
    }

    /// <summary>The image's own size, or the largest of the same shape that has no more pixels than allowed.</summary>
    internal static (int Width, int Height) Fit(int width, int height, long maxPixels)
    {
        double scale = Math.Min(
            Math.Sqrt((double)maxPixels / ((long)width * height)),
            (double)MaxSide / Math.Max(width, height)
        );
        if (scale >= 1)
        {
            return (width, height);
        }

        // One side of a thin strip may not fall below a pixel; the other then takes what is left.
        int columns = (int)Math.Clamp(width * scale, 1, maxPixels);
        int rows = (int)Math.Clamp(height * scale, 1, Math.Max(1, maxPixels / columns));
        return (columns, rows);
    }

    internal static string? NoteOn((int Width, int Height) size, int width, int height, long maxPixels) =>
        size == (width, height)
            ? null
            : $"Read at {size.Width} x {size.Height} pixels in place of {width} x {height}: the limit is {maxPixels} pixels, and {MaxSide} on a side.";

    internal static string? NoteOn(string? note, bool damaged)
    {
        const string Damaged = "The image is damaged; what could be decoded was read.";
        return !damaged ? note
            : note is null ? Damaged
            : $"{note} {Damaged}";
    }
}
