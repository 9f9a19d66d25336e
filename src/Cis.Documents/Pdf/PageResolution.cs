namespace Cis.Documents.Pdf;

/// <summary>
/// The resolution that a page's pixels are worth: more than asked for where the page is tiny in its units, as one with a
/// user unit is, or where a scan was shrunk onto a part of it.
/// </summary>
internal static class PageResolution
{
    // A4's longer side in inches: an image of a page is to have as many pixels as a page.
    private const double PageSide = 11.69;

    // A page of type or drawings is drawn as if its longer side were this, where its units are larger than points:
    // PDFium does not tell of a user unit, but the file may, and no page is smaller than a stamp sheet.
    private const double SmallPage = PageSide / 2;
    private const double TinyPage = 2.5;

    // Less is not worth the pixels: margins around a scan, a B5 page.
    private const double LeastGain = 1.4;

    /// <summary>The resolution to draw a page at.</summary>
    /// <param name="survey">What is on it.</param>
    /// <param name="geometry">The page at the resolution asked for.</param>
    /// <param name="dpi">That resolution.</param>
    /// <param name="file">The file: it names a user unit in clear, or in a stream of objects.</param>
    internal static double For(PageSurvey survey, PageGeometry geometry, double dpi, ReadOnlySpan<byte> file)
    {
        double side = Math.Max(geometry.Width, geometry.Height) / geometry.Dpi;
        bool isDrawn = survey.Drawings > 0 || survey.HasText;
        bool isSmall = side < TinyPage || (side < SmallPage && file.IndexOf("/UserUnit"u8) >= 0);
        double drawn = isDrawn && isSmall ? dpi * SmallPage / side : 0;
        double wanted = Math.Max(drawn, survey.ImageResolution(PageSide * dpi));
        return wanted >= LeastGain * dpi ? wanted : dpi;
    }
}
