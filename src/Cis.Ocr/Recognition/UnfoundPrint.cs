using Cis.Layout;
using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Says of a page on which next to nothing was read whether it plainly holds print.</summary>
internal static class UnfoundPrint
{
    // Of the page: the lines of a third of a page of print cover more, and such a page costs no look.
    private const float LittleRead = 0.03f;

    // Print is told from five lines on. Where so few were read, their boxes may have been drawn around many.
    private const int FewLines = 2;

    // Of the page: ten lines across A4. Photos, charts, drawings, patterns, handwriting and noise have 0.08 at most, and
    // nearly all of them none (docs/ocr.md).
    private const float LeastPrint = 0.1f;

    // Lines cover about two thirds of the part of the page that they are found to be on.
    private const float CoverOfPrint = 2 / 3f;

    // Half of the print is missing, or what is estimated may be what was read.
    private const float LeastMissing = 0.5f;

    /// <summary>What is to be said; <see cref="PageRemarks.None"/> where nothing is.</summary>
    public static PageRemarks Look(PageImage page, List<DirectedLine> read)
    {
        float covered = CoveredBy(read, page);
        if (read.Count > FewLines && covered > LittleRead)
        {
            return PageRemarks.None;
        }

        var print = PrintEstimate.Of(page);
        float found =
            read.Count <= FewLines
                ? read.Count / MathF.Max(print.Lines, 1)
                : covered / MathF.Max(print.Share * CoverOfPrint, float.Epsilon);
        float missing = 1 - found;
        return print.Share < LeastPrint || missing < LeastMissing
            ? PageRemarks.None
            : new PageRemarks
            {
                UnreadLines = print.Lines,
                UnreadShare = missing,
                Notes = ["Its print was not found: it may be too small, too faint or too blurred."],
            };
    }

    private static float CoveredBy(List<DirectedLine> lines, PageImage page)
    {
        float covered = 0;
        foreach (DirectedLine line in lines)
        {
            covered += line.Line.Box.Width * line.Line.Box.Height;
        }

        return covered / ((float)page.Width * page.Height);
    }
}
