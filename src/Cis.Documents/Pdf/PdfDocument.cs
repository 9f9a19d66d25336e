using System.Text;
using Cis.Documents.Images;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>A PDF opened by one engine's copy of PDFium, reading straight from the source's bytes.</summary>
internal sealed unsafe class PdfDocument : IDocument
{
    private readonly PdfiumNative _pdfium;
    private readonly DocumentSource _source;
    private readonly ReadingOptions _options;
    private readonly PdfDocumentHandle _document;
    private readonly PdfFormHandle? _forms;
    private readonly PageRenderer _renderer;
    private readonly ImagePage _imagePage;

    private PdfDocument(
        PdfiumNative pdfium,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options,
        PdfDocumentHandle document
    )
    {
        (_pdfium, _source, _options, _document) = (pdfium, source, options, document);
        _imagePage = new ImagePage(pdfium, vips, source);
        _forms = PdfFormHandle.Open(pdfium, document);
        _renderer = new PageRenderer(pdfium);
        PageCount = pdfium.GetPageCount(document.Pointer);
    }

    public int PageCount { get; }

    internal static PdfDocument Open(
        PdfiumNative pdfium,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options
    )
    {
        PdfDocumentHandle handle = Load(pdfium, source, options.Password);
        var document = new PdfDocument(pdfium, vips, source, options, handle);
        if (document.PageCount > 0)
        {
            return document;
        }

        document.Dispose();
        throw new ReadException(Outcome.Corrupt, $"{source.Name} is a PDF without pages.");
    }

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        PdfPageHandle page = LoadPage(pageIndex);
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
                page = LoadPage(pageIndex);
            }

            return Read(page, annotated, target, token);
        }
        finally
        {
            page.Dispose();
        }
    }

    public void Dispose()
    {
        _forms?.Dispose();
        _document.Dispose();
    }

    // FLATTEN_SUCCESS
    private const int FlattenSuccess = 1;

    private PageContent Read(PdfPageHandle page, bool annotated, PageImage target, CancellationToken token)
    {
        PageGeometry geometry = GeometryOf(page);
        PageSurvey survey = PageSurvey.Of(_pdfium, page.Pointer, geometry);
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
        _renderer.Render(page, _forms, geometry, gray ? PixelFormat.Gray8 : PixelFormat.Bgr24, target, token);
        return new PageContent(Text: null, geometry.Dpi, NoteOn(geometry));
    }

    private PageText? ReadText(PdfPageHandle page, PageGeometry geometry, PageSurvey survey, CancellationToken token)
    {
        if (survey.IsBlank)
        {
            return new PageText(TextSource.TextLayer, geometry.Width, geometry.Height, 0, "", []);
        }

        TextLayer layer = TextLayer.Read(_pdfium, page, geometry, survey, token);
        bool take =
            _options.TextLayer == TextLayerMode.Always ? layer.Glyphs.Length > 0 : TextLayerJudge.IsReal(layer, survey);
        return take ? TextLayerPage.Build(layer, geometry) : null;
    }

    private PdfPageHandle LoadPage(int index)
    {
        var page = new PdfPageHandle(_pdfium, _pdfium.LoadPage(_document.Pointer, index), _forms);
        if (!page.IsInvalid)
        {
            return page;
        }

        page.Dispose();
        throw new ReadException(
            Outcome.Corrupt,
            $"Page {index + 1} of {_source.Name} is damaged and cannot be opened."
        );
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

    // An image that is far larger than the page may be is a bomb: PDFium would hold it whole.
    private const long MaxImageBytes = 512L << 20;

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
            : $"Rendered at {geometry.Dpi:0.#} dpi in place of {_options.Dpi:0.#}: the page would pass the limit of {_options.Limits.MaxPixelsPerPage} pixels.";

    private static PdfDocumentHandle Load(PdfiumNative pdfium, DocumentSource source, string? password)
    {
        nint document = LoadWith(pdfium, source, password, Encoding.UTF8);
        // Encryption before PDF 2.0 hashes the password's Latin-1 bytes.
        if (document == nint.Zero && password is not null && !System.Text.Ascii.IsValid(password))
        {
            document = LoadWith(pdfium, source, password, Encoding.Latin1);
        }

        return document != nint.Zero
            ? new PdfDocumentHandle(pdfium, document)
            : throw FailureOf(pdfium.GetLastError(), source, password);
    }

    private static nint LoadWith(PdfiumNative pdfium, DocumentSource source, string? password, Encoding encoding)
    {
        byte[] bytes = encoding.GetBytes((password ?? "") + '\0');
        fixed (byte* p = bytes)
        {
            return pdfium.LoadMemDocument(source.Data, (nuint)source.Length, password is null ? null : p);
        }
    }

    private static ReadException FailureOf(uint error, DocumentSource source, string? password) =>
        error switch
        {
            FsError.Password when password is null => new(
                Outcome.Encrypted,
                $"{source.Name} is encrypted: give its password."
            ),
            FsError.Password => new(Outcome.Encrypted, $"{source.Name} is encrypted and the password given is wrong."),
            FsError.Security => new(
                Outcome.Encrypted,
                $"{source.Name} is encrypted in a way that cis does not know (a certificate, for example)."
            ),
            _ => new(Outcome.Corrupt, $"{source.Name} is not a PDF, or damaged beyond repair."),
        };
}
