using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// Joins the boxes of two looks at a page. The closer one counts, but for print so large that it saw none or only parts
/// of it: where its boxes cover less than half of a box of the wider look, that box stands and those go.
/// </summary>
internal static class BoxUnion
{
    private const float Covered = 0.5f;

    /// <summary>Adds to the closer look's boxes what only the wider one has seen.</summary>
    public static void Join(List<Quad> wider, List<Quad> closer)
    {
        // Only print that is larger than most of the closer look's is looked up one by one.
        foreach (Quad box in wider)
        {
            float covered = 0;
            foreach (Quad other in closer)
            {
                covered += HasMiddleIn(other, box) ? other.Width * other.Height : 0;
            }

            if (covered < Covered * box.Width * box.Height)
            {
                closer.RemoveAll(other => HasMiddleIn(other, box));
                closer.Add(box);
            }
        }

        closer.Sort(static (a, b) => a.Top.CompareTo(b.Top));
    }

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
