using System.Buffers;
using System.Drawing;
using Cis.Layout;
using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Says of a page on which next to nothing was read, or nothing in a good part of its height or width, whether it plainly
/// holds print there.
/// </summary>
internal static class UnfoundPrint
{
    // Of the page: the lines of a third of a page of print cover more, and such a page costs no look.
    private const float LittleRead = 0.03f;

    // Print is told from five lines on. Where so few were read, their boxes may have been drawn around many.
    private const int FewLines = 2;

    // Of the page: ten lines across A4. Photos, charts, drawings, patterns, handwriting and noise have 0.08 at most, and
    // nearly all of them none (docs/ocr.md).
    private const float LeastPrint = 0.1f;

    // Of the page's height or width, without a line: pages full of text have none such, and cost no look.
    private const float LargeGap = 0.25f;

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
            return LookBeside(page, read, covered);
        }

        var print = PrintEstimate.Of(page);
        float found =
            read.Count <= FewLines
                ? read.Count / MathF.Max(print.Lines, 1)
                : covered / MathF.Max(print.Share * CoverOfPrint, float.Epsilon);
        float missing = 1 - found;
        return print.Share < LeastPrint || missing < LeastMissing
            ? PageRemarks.None
            : Remark(print.Lines, missing, "Its print was not found: it may be too small, too faint or too blurred.");
    }

    private static PageRemarks Remark(int lines, float missing, string note) =>
        new()
        {
            UnreadLines = lines,
            UnreadShare = missing,
            Notes = [note],
        };

    private static PageRemarks LookBeside(PageImage page, List<DirectedLine> read, float covered)
    {
        (int top, int rows) = LongestGap(page.Height, read, static box => (box.Top, box.Bottom));
        (int left, int columns) = LongestGap(page.Width, read, static box => (box.Left, box.Right));
        PageRemarks below = Beside(page, new Rectangle(0, top, page.Width, rows), covered);
        return below.LacksGoodPart ? below : Beside(page, new Rectangle(left, 0, columns, page.Height), covered);
    }

    private static PageRemarks Beside(PageImage page, Rectangle gap, float covered)
    {
        bool isLarge = gap.Width >= LargeGap * page.Width && gap.Height >= LargeGap * page.Height;
        if (!isLarge || BlankPaper.Is(page, gap))
        {
            return PageRemarks.None;
        }

        var print = PrintEstimate.Of(page, gap);
        float share = print.Share * gap.Width * gap.Height / ((float)page.Width * page.Height);
        float missing = share * CoverOfPrint / (share * CoverOfPrint + covered);
        return share < LeastPrint || missing < PageRemarks.GoodPart
            ? PageRemarks.None
            : Remark(
                print.Lines,
                missing,
                "The print of a part of it was not found: it may be too faint or too blurred."
            );
    }

    /// <summary>The longest stretch of the page's height, or width, that no line touches.</summary>
    private static (int Start, int Length) LongestGap(
        int length,
        List<DirectedLine> lines,
        Func<Quad, (float From, float To)> extent
    )
    {
        bool[] room = ArrayPool<bool>.Shared.Rent(length);
        Span<bool> isTouched = room.AsSpan(0, length);
        isTouched.Clear();
        foreach (DirectedLine line in lines)
        {
            (float from, float to) = extent(line.Line.Box);
            int start = Math.Clamp((int)from, 0, length);
            isTouched[start..Math.Clamp((int)to + 1, start, length)].Fill(true);
        }

        (int Start, int Length) longest = LongestGap(isTouched);
        ArrayPool<bool>.Shared.Return(room);
        return longest;
    }

    private static (int Start, int Length) LongestGap(ReadOnlySpan<bool> isTouched)
    {
        (int Start, int Length) longest = default;
        for (int i = 0, start = 0; i <= isTouched.Length; i++)
        {
            if (i == isTouched.Length || isTouched[i])
            {
                longest = i - start > longest.Length ? (start, i - start) : longest;
                start = i + 1;
            }
        }

        return longest;
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
