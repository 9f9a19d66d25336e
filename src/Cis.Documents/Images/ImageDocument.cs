using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>An image file: one page, or a page for each directory of a TIFF. Keeps its own pixels up to the limit.</summary>
internal sealed unsafe class ImageDocument : IDocument
{
    private readonly VipsDecoder _decoder;
    private readonly long _maxPixels;

    private ImageDocument(VipsDecoder decoder, long maxPixels)
    {
        (_decoder, _maxPixels) = (decoder, maxPixels);
        PageCount = decoder.CountPages();
    }

    public int PageCount { get; }

    internal static ImageDocument Open(VipsNative vips, DocumentSource source, ReadingOptions options) =>
        new(
            new VipsDecoder(vips, source.Data, source.Length, source.Type, source.Name),
            options.Limits.MaxPixelsPerPage
        );

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        return _decoder.Decode(pageIndex, _maxPixels, target, token);
    }

    public void Dispose()
    {
        // Nothing is kept between pages.
    }
}
