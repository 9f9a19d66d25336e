namespace Cis.Documents.Pdf;

/// <summary>
/// The resolution that a page's pixels are worth: more than asked for where the page is tiny in its units, as one with a
/// user unit is, or where a scan was shrunk onto a part of it.
/// </summary>
internal static class PageResolution
{
    // A4's longer side in inches: an image of a page is to have as many pixels as a page.
    private const double PageSide = 11.69;

    // A smaller page is a card; or its units are larger than points.
    private const double SmallestPage = PageSide / 2;

    // Less is not worth the pixels: margins around a scan, a B5 page.
    private const double LeastGain = 1.4;

    /// <summary>The resolution to draw a page at.</summary>
    /// <param name="survey">What is on it.</param>
    /// <param name="geometry">The page at the resolution asked for.</param>
    /// <param name="dpi">That resolution.</param>
    internal static double For(PageSurvey survey, PageGeometry geometry, double dpi)
    {
        double side = Math.Max(geometry.Width, geometry.Height) / geometry.Dpi;
        double drawn = survey.Drawings > 0 || survey.HasText ? dpi * SmallestPage / side : 0;
        double wanted = Math.Max(drawn, survey.ImageResolution(PageSide * dpi));
        return wanted >= LeastGain * dpi ? wanted : dpi;
    }
}
