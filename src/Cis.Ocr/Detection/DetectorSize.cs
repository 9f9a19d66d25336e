using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>The size in which the detector sees a page: PaddleOCR's <c>DetResizeForTest</c> with <c>limit_type max</c>.</summary>
internal readonly record struct DetectorSize(int Width, int Height)
{
    // The feature pyramid halves its input five times.
    internal const int Multiple = 32;

    /// <summary>Scales the page down until its longer side is within the limit, then rounds to multiples of 32.</summary>
    public static DetectorSize For(PageImage page, int longerSide)
    {
        float scale = MathF.Min(1, longerSide / (float)Math.Max(page.Width, page.Height));
        return new(RoundSide(page.Width * scale), RoundSide(page.Height * scale));
    }

    /// <summary>A scale of its own, up or down.</summary>
    public static DetectorSize Scaled(PageImage page, float scale) =>
        new(RoundSide(page.Width * scale), RoundSide(page.Height * scale));

    private static int RoundSide(float side) => Math.Max(Multiple, (int)MathF.Round(side / Multiple) * Multiple);
}
