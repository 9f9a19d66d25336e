using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>How close a page is looked at again for print that the first look has not seen.</summary>
/// <param name="Scale">The detector's pixels to one of the page's.</param>
/// <param name="Note">One sentence where that is less than the print asks for; else null.</param>
internal readonly record struct CloserScale(float Scale, string? Note)
{
    // In the detector's pixels: the x-height of 8-point print on A4 at a side of 960, all of which is seen. What is
    // larger and has no box is not for lack of size: the detector takes it for no text.
    private const float SeenSize = 4.4f;

    // The x-height of 11-point print on the same page.
    private const float WantedSize = 6;

    // Fewer marks are dirt, or the teeth of a drawing; and a page of thousands of letters has as many odd ones.
    private const int FewestMarks = 8;
    private const float LeastShare = 0.03f;

    // More than this adds no strokes to what the page's pixels hold.
    private const float LargestScale = 2.5f;

    // 25 A4 pages: the map takes 64 MB, and A0 at the limit of pixels is seen at 0.55, which shows 7-point print.
    private const float MostPixels = 16_000_000;

    // A closer look must be worth it.
    private const float LeastGain = 1.25f;

    /// <summary>The scale for a page; null where there is nothing to look for.</summary>
    /// <param name="unseen">What the last look left.</param>
    /// <param name="seen">How many marks it explains, or that are not print.</param>
    /// <param name="scale">That look's.</param>
    /// <param name="page">For its size.</param>
    public static CloserScale? For(UnseenPrint unseen, int seen, float scale, PageImage page)
    {
        if (unseen.Marks.Count < MathF.Max(FewestMarks, LeastShare * seen) || unseen.Size * scale >= SeenSize)
        {
            return null;
        }

        float wanted = MathF.Min(WantedSize / unseen.Size, LargestScale);
        float most = MathF.Sqrt(MostPixels / ((float)page.Width * page.Height));
        float closer = MathF.Min(wanted, most);
        if (closer < scale * LeastGain)
        {
            return null;
        }

        return new CloserScale(closer, closer * unseen.Size < SeenSize && most < wanted ? NoteOn(unseen.Size) : null);
    }

    private static string NoteOn(float size) =>
        $"The page is too large to look for print as small as its smallest ({size:0} pixels): some may be unread.";
}
