namespace Cis.Documents.Pdf;

/// <summary>Decides whether a page's own text stands for what a reader sees on it.</summary>
internal static class TextLayerJudge
{
    // Fonts without a mapping come whole; a stray symbol or bullet from the private use area is common and harmless.
    private const double MaxUnmappedShare = 0.05;

    // Where over half of the page is image the text may be a stamp, a header or a page number on a scan: those have up
    // to 200 characters, while text set over a picture (a slide, a magazine page) that is worth having has more.
    private const double MostlyImage = 0.5;
    private const int FewOverImage = 400;

    // Beside drawings or images this little text is a page number or a caption; the drawing may be text in outlines.
    private const int FewBesideDrawings = 25;

    /// <summary>A guess before the text is read: whether there will be none to take.</summary>
    internal static bool IsPicture(PageSurvey survey, TextLayerMode mode) =>
        !survey.IsBlank
        && (
            !survey.HasText
            || mode == TextLayerMode.Never
            || (mode == TextLayerMode.Auto && survey.ImageCoverage >= MostlyImage)
        );

    internal static bool IsReal(TextLayer text, PageSurvey survey)
    {
        int all = text.Glyphs.Length + text.Unmapped;
        if (all == 0 || text.Unmapped > MaxUnmappedShare * all || text.Shown < text.Glyphs.Length / 2.0)
        {
            return false;
        }

        if (survey.ImageCoverage >= MostlyImage)
        {
            return text.Shown >= FewOverImage;
        }

        return text.Shown >= FewBesideDrawings || (survey.Images == 0 && survey.Drawings == 0);
    }
}
