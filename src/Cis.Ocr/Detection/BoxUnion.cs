using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// Joins the boxes of two looks at a page. Of two that hold the same print the larger counts: the closer look sees but
/// pieces of a headline, and ends where nothing was left to look for; the wider one sees but pieces of a line of small
/// print.
/// </summary>
internal static class BoxUnion
{
    /// <summary>Adds to the closer look's boxes those of the wider one.</summary>
    /// <param name="wider">Only such as hold one line that is large enough to see.</param>
    /// <param name="closer">Receives the boxes of both, from the top of the page down.</param>
    public static void Join(List<Quad> wider, List<Quad> closer)
    {
        foreach (Quad box in wider)
        {
            bool isLargest = true;
            foreach (Quad other in closer)
            {
                isLargest &= Area(other) <= Area(box) || !HoldSamePrint(box, other);
            }

            if (isLargest)
            {
                closer.RemoveAll(other => HoldSamePrint(box, other));
                closer.Add(box);
            }
        }

        closer.Sort(static (a, b) => a.Top.CompareTo(b.Top));
    }

    private static float Area(Quad box) => box.Width * box.Height;

    private static bool HoldSamePrint(Quad a, Quad b) => HasMiddleIn(a, b) || HasMiddleIn(b, a);

    private static bool HasMiddleIn(Quad box, Quad other)
    {
        float x = (box.Left + box.Right) / 2;
        float y = (box.Top + box.Bottom) / 2;
        if (y < other.Top || y > other.Bottom)
        {
            return false;
        }

        (float left, float right) = BoxScore.RowSpan(other, y, 0);
        return x >= left && x <= right;
    }
}
