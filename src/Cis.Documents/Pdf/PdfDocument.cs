using System.Diagnostics.CodeAnalysis;
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

    private readonly Func<PdfiumNative> _copy;
    private readonly Func<VipsNative> _vips;
    private readonly DocumentSource _source;
    private readonly ReadingOptions _options;
    private PdfiumNative _pdfium;
    private PdfFile _file;
    private PageRenderer _renderer;
    private ImagePage _imagePage;
    private LayerReader _layers;
    private SurveyedPage? _surveyed; // most likely the next to be read
    private (int Index, ReadException Failure)? _failed; // likewise

    private PdfDocument(
        Func<PdfiumNative> copy,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options,
        PdfiumNative pdfium,
        PdfFile file
    )
    {
        (_copy, _vips, _source, _options) = (copy, vips, source, options);
        PageCount = file.PageCount;
        Use(pdfium, file);
    }

    public int PageCount { get; }

    /// <summary>Opens a document.</summary>
    /// <param name="copy">Gives the engine's copy of PDFium: another one, once that is lost.</param>
    /// <param name="vips">Gives libvips.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="options">How to read them.</param>
    /// <param name="token">Ends the opening from within.</param>
    internal static PdfDocument Open(
        Func<PdfiumNative> copy,
        Func<VipsNative> vips,
        DocumentSource source,
        ReadingOptions options,
        CancellationToken token
    )
    {
        PdfiumNative pdfium = copy();
        pdfium.Guard.MostBytes = options.Limits.MaxPageMemory;
        using CancellationTokenRegistration heed = pdfium.Guard.Heed(token);
        var file = new PdfFile(pdfium, source, options.Password);
        if (file.PageCount > 0)
        {
            return new PdfDocument(copy, vips, source, options, pdfium, file);
        }

        file.Dispose();
        throw new ReadException(Outcome.Corrupt, $"{source.Name} is a PDF without pages.");
    }

    public bool LooksLikePicture(int pageIndex, CancellationToken token)
    {
        try
        {
            using CancellationTokenRegistration heed = Heed(token);
            _surveyed = Survey(pageIndex, TakeSurveyed(pageIndex)?.Page ?? _file.LoadPage(pageIndex));
            return TextLayerJudge.IsPicture(_surveyed.Survey, _options.TextLayer);
        }
        catch (ReadException e)
        {
            // What is wrong with the page is said when it is read, at once.
            _failed = (pageIndex, e);
            return false;
        }
    }

    public void Judge(FontVerdict verdict) => _layers.Judge(verdict);

    /// <summary>The files embedded in it.</summary>
    internal List<PdfAttachment> ListAttachments(CancellationToken token)
    {
        using CancellationTokenRegistration heed = Heed(token);
        return _file.ListAttachments();
    }

    /// <summary>The bytes of one of them.</summary>
    /// <exception cref="ReadException">It is damaged, or has more bytes than allowed.</exception>
    internal byte[] ReadAttachment(PdfAttachment attachment, long most, CancellationToken token)
    {
        using CancellationTokenRegistration heed = Heed(token);
        return _file.ReadAttachment(attachment, most);
    }

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        if (_failed is var (index, failure) && index == pageIndex)
        {
            throw failure;
        }

        using CancellationTokenRegistration heed = Heed(token);
        SurveyedPage? surveyed = TakeSurveyed(pageIndex);
        PdfPageHandle page = surveyed?.Page ?? _file.LoadPage(pageIndex);
        try
        {
            var notes = new List<FreeText>();
            bool annotated = HasVisibleAnnotations(page, notes);
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

            return Read(surveyed ?? Survey(pageIndex, page), annotated, notes, target, token);
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

    /// <summary>Lets the token end what PDFium does, in a copy that is not lost.</summary>
    private CancellationTokenRegistration Heed(CancellationToken token)
    {
        if (_pdfium.IsLost)
        {
            _surveyed = null;
            _file.Dispose();
            PdfiumNative pdfium = _copy();
            pdfium.Guard.MostBytes = _options.Limits.MaxPageMemory;
            Use(pdfium, new PdfFile(pdfium, _source, _options.Password));
        }

        return _pdfium.Guard.Heed(token);
    }

    [MemberNotNull(nameof(_pdfium), nameof(_file), nameof(_renderer), nameof(_imagePage), nameof(_layers))]
    private void Use(PdfiumNative pdfium, PdfFile file)
    {
        (_pdfium, _file) = (pdfium, file);
        _renderer = new PageRenderer(pdfium);
        _imagePage = new ImagePage(pdfium, _vips, _source);
        _layers = new LayerReader(pdfium, _renderer, _options);
    }

    private SurveyedPage Survey(int index, PdfPageHandle page)
    {
        PageGeometry geometry = GeometryOf(page, _options.Dpi);
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

    private PageContent Read(
        SurveyedPage surveyed,
        bool annotated,
        List<FreeText> notes,
        PageImage target,
        CancellationToken token
    )
    {
        (_, PdfPageHandle page, PageGeometry geometry, PageSurvey survey) = surveyed;
        LayerText text = ReadText(surveyed, notes, token);
        PageRemarks remarks = RemarksOn(surveyed.Index, text);
        if (remarks.Unreadable is not null && StandIn.Of(text.Said, _file.IsXfa) is not null)
        {
            return new PageContent(geometry.Empty(), geometry.Dpi) { Remarks = remarks };
        }

        if (text.Whole is not null)
        {
            return new PageContent(text.Whole, geometry.Dpi) { Remarks = remarks };
        }

        CheckImages(survey);
        var file = new ReadOnlySpan<byte>(_source.Data, (int)Math.Min(_source.Length, int.MaxValue));
        PageGeometry asked = geometry;
        geometry = GeometryOf(page, PageResolution.For(survey, geometry, _options.Dpi, file));
        IReadOnlyList<PageRegion> regions = RegionScale.Apply(text.Regions, asked, geometry);
        if (
            !annotated
            && regions.All(region => region.Kind == RegionKind.Hidden)
            && _imagePage.TryRead(page.Pointer, survey, geometry, target, token) is { } dpi
        )
        {
            return new PageContent(Text: null, dpi, NoteOn(geometry)) { Regions = regions, Remarks = remarks };
        }

        bool gray = !survey.HasColor && !annotated;
        _renderer.Render(page, _file.Forms, geometry, gray ? PixelFormat.Gray8 : PixelFormat.Bgr24, target, token);
        return new PageContent(Text: null, geometry.Dpi, NoteOn(geometry)) { Regions = regions, Remarks = remarks };
    }

    private LayerText ReadText(SurveyedPage surveyed, List<FreeText> notes, CancellationToken token)
    {
        (_, PdfPageHandle page, PageGeometry geometry, PageSurvey survey) = surveyed;
        if (_options.TextLayer == TextLayerMode.Never)
        {
            return LayerText.None;
        }

        if (survey.IsBlank && notes.Count == 0)
        {
            return new LayerText(geometry.Empty(), []);
        }

        if (!survey.HasText && notes.Count == 0)
        {
            return LayerText.None;
        }

        var facts = new PageFacts(geometry, survey, _file.MayHaveLayers);
        return _layers.Read(page, _file.Forms, facts, notes, token);
    }

    /// <summary>The first page says what the document holds beside its pages.</summary>
    private PageRemarks RemarksOn(int pageIndex, LayerText text)
    {
        if (pageIndex > 0)
        {
            return PageRemarks.None;
        }

        string? standsFor = StandIn.Of(text.Said, _file.IsXfa);
        if (standsFor == StandIn.XfaForm)
        {
            return StandIn.FormRemarks;
        }

        bool hasFiles = _file.CountAttachments() > 0;
        if (hasFiles && _options.Attachments || (!hasFiles && standsFor is null))
        {
            return PageRemarks.None;
        }

        return AttachmentRemarks.Of(_file.ListAttachments(), standsFor is not null || StandIn.IsPortfolio(_source));
    }

    private PageGeometry GeometryOf(PdfPageHandle page, double dpi)
    {
        FsRect box;
        _pdfium.GetPageBoundingBox(page.Pointer, &box);
        int quarterTurns = _pdfium.GetPageRotation(page.Pointer) & 3;
        return PageGeometry.Of(box, quarterTurns, dpi, _options.Limits.MaxPixelsPerPage);
    }

    private bool HasVisibleAnnotations(PdfPageHandle page, List<FreeText> notes)
    {
        bool visible = false;
        int count = _pdfium.GetAnnotationCount(page.Pointer);
        for (int i = 0; i < count; i++)
        {
            nint annotation = _pdfium.GetAnnotation(page.Pointer, i);
            if (annotation == nint.Zero)
            {
                continue;
            }

            int subtype = _pdfium.GetAnnotationSubtype(annotation);
            if (subtype is FsAnnotation.FreeText && FreeTexts.Of(_pdfium, annotation) is { } note)
            {
                notes.Add(note);
            }
            else
            {
                visible |= subtype is not (FsAnnotation.Link or FsAnnotation.Popup);
            }

            _pdfium.CloseAnnotation(annotation);
        }

        return visible;
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
