using Cis.Documents;
using Cis.Ocr;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>The engine of the product: takes what of a page is digital, renders the rest into its own pixel buffer, and reads it there.</summary>
public sealed class PageEngine : IPageEngine
{
    // An A4 page in color at 300 dpi takes 26 MB; what one giant page needed is not kept for the ordinary next.
    private const long PixelBytesKept = 32 << 20;

    private readonly IDocumentReader _reader;
    private readonly ReadingOptions _options;
    private readonly Func<OcrEngine> _createOcr;
    private readonly PageImage _pixels = new();
    private OcrEngine? _ocr;
    private IDocument? _document;
    private long _pixelCount;

    /// <summary>An engine that has opened nothing yet.</summary>
    /// <param name="reader">Opens documents for this engine alone, and ends with it.</param>
    /// <param name="options">How documents are turned into pages.</param>
    /// <param name="createOcr">Makes the part that reads pixels; called at the first page that needs it.</param>
    public PageEngine(IDocumentReader reader, ReadingOptions options, Func<OcrEngine> createOcr)
    {
        _reader = reader;
        _options = options;
        _createOcr = createOcr;
    }

    /// <inheritdoc/>
    public DocumentFacts Open(DocumentSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        cancellationToken.ThrowIfCancellationRequested();
        _document = _reader.Open(source, _options, cancellationToken);
        return new DocumentFacts(
            source.MimeType,
            _document.PageCount,
            _document.LooksLikePicture(0, cancellationToken)
        );
    }

    /// <inheritdoc/>
    public PageReading Read(int pageIndex, StageTimes times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(times);
        Volatile.Write(ref _pixelCount, 0);
        PageContent content = GetContent(pageIndex, times, cancellationToken);
        PageText text = content.Text ?? ReadPixels(content, times, cancellationToken);
        PageRemarks remarks = text.Remarks.And(content.Remarks);
        return new PageReading(remarks == text.Remarks ? text : text with { Remarks = remarks }, content.Note);
    }

    /// <inheritdoc/>
    public long Pixels => Volatile.Read(ref _pixelCount);

    /// <inheritdoc/>
    public void Close()
    {
        _document?.Dispose();
        _document = null;
        // Opening the next one is not part of this page.
        Volatile.Write(ref _pixelCount, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _ocr?.Dispose();
        _reader.Dispose();
        _pixels.Dispose();
    }

    private PageContent GetContent(int pageIndex, StageTimes times, CancellationToken cancellationToken)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        PageContent content = _document!.Read(pageIndex, _pixels, cancellationToken);
        Stage stage = content.Text is null ? Stage.Render : Stage.TextLayer;
        times.Add(stage, System.Diagnostics.Stopwatch.GetTimestamp() - start);
        return content;
    }

    private PageText ReadPixels(PageContent content, StageTimes times, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _pixelCount, (long)_pixels.Width * _pixels.Height);
        try
        {
            _ocr ??= _createOcr();
            return content.Regions.Count == 0
                ? _ocr.Read(_pixels, times, cancellationToken)
                : new PageMixer(
                    _ocr,
                    _options.Furigana,
                    _document!.Judge,
                    content,
                    _pixels,
                    times,
                    cancellationToken
                ).Mix();
        }
        finally
        {
            _pixels.TrimTo(PixelBytesKept);
        }
    }
}
