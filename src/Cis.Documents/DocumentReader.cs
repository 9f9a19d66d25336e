using System.Diagnostics;
using Cis.Documents.Images;
using Cis.Documents.Pdf;
using Cis.Pages;

namespace Cis.Documents;

/// <summary>Where the native libraries come from; asked for each only when a document first needs it.</summary>
public interface IDocumentLibraries
{
    /// <summary>
    /// A handle of PDFium for one reader alone. PDFium's globals are not thread-safe, so each reader of a process must
    /// be given a copy of its own: the same bytes loaded from a different file or memfd.
    /// </summary>
    nint LoadPdfium();

    /// <summary>Unloads such a copy, which nobody calls any more.</summary>
    void UnloadPdfium(nint library);

    /// <summary>A handle of libcisguard, the same for all readers.</summary>
    nint LoadGuard();

    /// <summary>A handle of libvips, which is thread-safe and the same for all readers.</summary>
    nint LoadVips();
}

/// <summary>Opens documents in this process.</summary>
public sealed class DocumentReader : IDocumentReader
{
    private readonly IDocumentLibraries _libraries;
    private PdfiumNative? _pdfium;
    private VipsNative? _vips;

    /// <summary>A reader that has loaded nothing yet.</summary>
    public DocumentReader(IDocumentLibraries libraries)
    {
        ArgumentNullException.ThrowIfNull(libraries);
        _libraries = libraries;
    }

    /// <summary>This reader's copy; another one, where that was lost to a document.</summary>
    private PdfiumNative Pdfium
    {
        get
        {
            if (_pdfium is { IsLost: true })
            {
                _pdfium.Unload(_libraries);
                _pdfium = null;
            }

            return _pdfium ??= PdfiumNative.Load(_libraries);
        }
    }

    private VipsNative Vips => _vips ??= VipsNative.Initialize(_libraries.LoadVips());

    /// <summary>Whether PDFium was lost to a document: the next one would be read with another copy.</summary>
    public bool HasLostPdfium => _pdfium is { IsLost: true };

    /// <summary>Loads libraries now, where they cannot be loaded later.</summary>
    public void Prepare(bool pdfium, bool vips) => _ = (pdfium ? Pdfium : null, vips ? Vips : null);

    /// <inheritdoc/>
    public IDocument Open(DocumentSource source, ReadingOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        CheckDpi(options.Dpi);
        IDocument document = source.IsFile
            ? WatchedDocument.Open(source, _libraries.LoadGuard(), () => OpenByType(source, options, token))
            : OpenByType(source, options, token);
        if (document.PageCount > options.Limits.MaxPages)
        {
            int pages = document.PageCount;
            document.Dispose();
            throw new ReadException(
                Outcome.TooLarge,
                $"{source.Name} has {pages} pages; the limit is {options.Limits.MaxPages} and can be raised."
            );
        }

        return document;
    }

    private IDocument OpenByType(DocumentSource source, ReadingOptions options, CancellationToken token) =>
        source.Type switch
        {
            DocumentType.Pdf => WithAttachments(
                PdfDocument.Open(() => Pdfium, () => Vips, source, options, token),
                options,
                token
            ),
            DocumentType.Bmp => new BmpDocument(source, options),
            DocumentType.Jpeg
            or DocumentType.Png
            or DocumentType.Tiff
            or DocumentType.WebP
            or DocumentType.Gif
            or DocumentType.Avif => ImageDocument.Open(Vips, source, options),
            _ => throw new UnreachableException(),
        };

    private IDocument WithAttachments(PdfDocument document, ReadingOptions options, CancellationToken token) =>
        options.Attachments ? AttachedFiles.Append(document, options, OpenByType, token) : document;

    /// <summary>Gives PDFium back; dispose of every document first.</summary>
    public void Dispose()
    {
        _pdfium?.Unload(_libraries);
        _pdfium = null;
        _vips?.ReleaseThread();
        _vips = null;
    }

    private static void CheckDpi(double dpi)
    {
        if (!(dpi is >= ReadingOptions.MinDpi and <= ReadingOptions.MaxDpi))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dpi),
                dpi,
                $"The resolution must be between {ReadingOptions.MinDpi} and {ReadingOptions.MaxDpi} dpi."
            );
        }
    }
}
