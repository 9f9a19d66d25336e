using Cis.Pages;

namespace Cis.Documents.Pdf.Writing;

/// <summary>Where the pixels that were read stand on the page: the inverse of <see cref="PageGeometry"/>.</summary>
/// <param name="Box">The page's visible rectangle.</param>
/// <param name="QuarterTurns">Clockwise quarter turns of /Rotate.</param>
internal readonly record struct PagePlacement(FsRect Box, int QuarterTurns)
{
    /// <summary>Pixels to page units.</summary>
    internal (double X, double Y) ToPage(PagePoint point, PageText page)
    {
        double u = point.X / page.Width;
        double v = point.Y / page.Height;
        (u, v) = QuarterTurns switch
        {
            1 => (v, 1 - u),
            2 => (1 - u, 1 - v),
            3 => (1 - v, u),
            _ => (u, v),
        };
        return (Box.Left + u * Math.Max(1, Box.Right - Box.Left), Box.Top - v * Math.Max(1, Box.Top - Box.Bottom));
    }
}
