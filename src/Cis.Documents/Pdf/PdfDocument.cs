using Cis.Documents.Images;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>A PDF opened by one engine's copy of PDFium, reading straight from the source's bytes.</summary>
internal sealed unsafe class PdfDocument : IDocument
{
    // An image that decodes to more than this is a bomb: PDFium holds images whole.
    private const long MaxImageBytes = 512L << 20;

    // FLATTEN_SUCCESS
    private const int FlattenSuccess = 1;

    private readonly PdfiumNative _pdfium;
    private readonly ReadingOptions _options;
    private readonly PdfFile _file;
    private readonly PageRenderer _renderer;
    private readonly ImagePage _imagePage;
    private SurveyedPage? _surveyed; // most likely the next to be read

    private PdfDocument(
        PdfiumNative pdfium,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options,
        PdfFile file
    )
    {
        (_pdfium, _options, _file) = (pdfium, options, file);
        _renderer = new PageRenderer(pdfium);
        _imagePage = new ImagePage(pdfium, vips, source);
    }

    public int PageCount => _file.PageCount;

    internal static PdfDocument Open(
        PdfiumNative pdfium,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options
    )
    {
        var file = new PdfFile(pdfium, source, options.Password);
        if (file.PageCount > 0)
        {
            return new PdfDocument(pdfium, vips, source, options, file);
        }

        file.Dispose();
        throw new ReadException(Outcome.Corrupt, $"{source.Name} is a PDF without pages.");
    }

    public bool LooksLikePicture(int pageIndex)
    {
        try
        {
            _surveyed = Survey(pageIndex, TakeSurveyed(pageIndex)?.Page ?? _file.LoadPage(pageIndex));
            return TextLayerJudge.IsPicture(_surveyed.Survey, _options.TextLayer);
        }
        catch (ReadException)
        {
            // What is wrong with the page is said when it is read, at once.
            return false;
        }
    }

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        SurveyedPage? surveyed = TakeSurveyed(pageIndex);
        PdfPageHandle page = surveyed?.Page ?? _file.LoadPage(pageIndex);
        try
        {
            bool annotated = HasVisibleAnnotations(page);
            if (
                annotated
                && _options.TextLayer != TextLayerMode.Never
                && _pdfium.FlattenPage(page.Pointer, 0) == FlattenSuccess
            )
            {
                // The text of annotations and fields is part of the page's own from here on.
                page.Dispose();
                page = _file.LoadPage(pageIndex);
                surveyed = null;
            }

            return Read(surveyed ?? Survey(pageIndex, page), annotated, target, token);
        }
        finally
        {
            page.Dispose();
            _file.Trim();
        }
    }

    public void Dispose()
    {
        _surveyed?.Page.Dispose();
        _file.Dispose();
    }

    private SurveyedPage Survey(int index, PdfPageHandle page)
    {
        PageGeometry geometry = GeometryOf(page);
        return new SurveyedPage(index, page, geometry, PageSurvey.Of(_pdfium, page.Pointer, geometry));
    }

    /// <summary>The page that was surveyed, if it is this one; another one is closed.</summary>
    private SurveyedPage? TakeSurveyed(int index)
    {
        SurveyedPage? surveyed = _surveyed;
        _surveyed = null;
        if (surveyed is null || surveyed.Index == index)
        {
            return surveyed;
        }

        surveyed.Page.Dispose();
        return null;
    }

    private PageContent Read(SurveyedPage surveyed, bool annotated, PageImage target, CancellationToken token)
    {
        (_, PdfPageHandle page, PageGeometry geometry, PageSurvey survey) = surveyed;
        if (_options.TextLayer != TextLayerMode.Never && ReadText(page, geometry, survey, token) is { } text)
        {
            return new PageContent(text, geometry.Dpi);
        }

        CheckImages(survey);
        if (!annotated && _imagePage.TryRead(page.Pointer, survey, geometry, target, token) is { } dpi)
        {
            return new PageContent(Text: null, dpi, NoteOn(geometry));
        }

        bool gray = !survey.HasColor && !annotated;
        _renderer.Render(page, _file.Forms, geometry, gray ? PixelFormat.Gray8 : PixelFormat.Bgr24, target, token);
        return new PageContent(Text: null, geometry.Dpi, NoteOn(geometry));
    }

    private PageText? ReadText(PdfPageHandle page, PageGeometry geometry, PageSurvey survey, CancellationToken token)
    {
        if (survey.IsBlank)
        {
            return new PageText(TextSource.TextLayer, geometry.Width, geometry.Height, 0, "", [], []);
        }

        using TextLayer layer = TextLayer.Read(_pdfium, page, geometry, survey, token);
        bool take =
            _options.TextLayer == TextLayerMode.Always ? layer.Glyphs.Length > 0 : TextLayerJudge.IsReal(layer, survey);
        return take ? TextLayerPage.Build(layer, geometry) : null;
    }

    private PageGeometry GeometryOf(PdfPageHandle page)
    {
        FsRect box;
        _pdfium.GetPageBoundingBox(page.Pointer, &box);
        int quarterTurns = _pdfium.GetPageRotation(page.Pointer) & 3;
        return PageGeometry.Of(box, quarterTurns, _options.Dpi, _options.Limits.MaxPixelsPerPage);
    }

    private bool HasVisibleAnnotations(PdfPageHandle page)
    {
        int count = _pdfium.GetAnnotationCount(page.Pointer);
        for (int i = 0; i < count; i++)
        {
            nint annotation = _pdfium.GetAnnotation(page.Pointer, i);
            if (annotation == nint.Zero)
            {
                continue;
            }

            int subtype = _pdfium.GetAnnotationSubtype(annotation);
            _pdfium.CloseAnnotation(annotation);
            if (subtype is not (FsAnnotation.Link or FsAnnotation.Popup))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckImages(PageSurvey survey)
    {
        if (survey.LargestImageBytes > MaxImageBytes)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"An image on the page would take {survey.LargestImageBytes >> 20} MB when decoded; the most is {MaxImageBytes >> 20} MB."
            );
        }
    }

    private string? NoteOn(PageGeometry geometry) =>
        geometry.Dpi >= _options.Dpi
            ? null
            : $"Rendered at {geometry.Dpi:0.#} dpi in place of {_options.Dpi:0.#}: the page would pass the limit of {_options.Limits.MaxPixelsPerPage} pixels, or {PageSize.MaxSide} on a side.";

    private sealed record SurveyedPage(int Index, PdfPageHandle Page, PageGeometry Geometry, PageSurvey Survey);
}
