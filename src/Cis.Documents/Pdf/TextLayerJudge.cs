namespace Cis.Documents.Pdf;

/// <summary>Guesses, before a page's text is read, whether there will be none to take.</summary>
internal static class TextLayerJudge
{
    // Where over half of the page is image its text is mostly a stamp, a header or a page number on a scan.
    private const double MostlyImage = 0.5;

    internal static bool IsPicture(PageSurvey survey, TextLayerMode mode) =>
        !survey.IsBlank
        && (
            !survey.HasText
            || mode == TextLayerMode.Never
            || (mode == TextLayerMode.Auto && survey.ImageCoverage >= MostlyImage)
        );
}
