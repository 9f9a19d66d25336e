using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>An image file: one page, or a page for each directory of a TIFF. Keeps its own pixels up to the limit.</summary>
internal sealed unsafe class ImageDocument : IDocument
{
    private readonly VipsNative _vips;
    private readonly DocumentSource _source;
    private readonly long _maxPixels;
    private readonly VipsDecoder _decoder;

    private ImageDocument(VipsNative vips, DocumentSource source, long maxPixels)
    {
        (_vips, _source, _maxPixels) = (vips, source, maxPixels);
        _decoder = new VipsDecoder(vips, source.Data, source.Length, source.Type, source.Name);
        PageCount = CountPages();
    }

    public int PageCount { get; }

    internal static ImageDocument Open(VipsNative vips, DocumentSource source, ReadingOptions options) =>
        new(vips, source, options.Limits.MaxPixelsPerPage);

    /// <summary>Of a file whose first page libvips does not load as it is, what the file says.</summary>
    private int CountPages() =>
        IsTiff && TiffRewriter.IsNeeded(File, 0)
            ? Math.Max(1, TiffDirectory.CountIn(File, VipsDecoder.MostPagesCounted))
            : _decoder.CountPages();

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        if (OldJpeg(pageIndex) is { } jpeg)
        {
            return DecodeJpeg(jpeg, target, token);
        }

        return Rewritten(pageIndex) is { } tiff
            ? DecodeRewritten(tiff, target, token)
            : _decoder.Decode(pageIndex, _maxPixels, target, token);
    }

    public void Dispose()
    {
        // Nothing is kept between pages.
    }

    private bool IsTiff => _source.Type == DocumentType.Tiff && _source.Length <= int.MaxValue;

    private ReadOnlySpan<byte> File => new(_source.Data, (int)_source.Length);

    private byte[]? OldJpeg(int pageIndex) => IsTiff ? OldJpegTiff.Find(File, pageIndex, _source.Name) : null;

    private RewrittenTiff? Rewritten(int pageIndex) =>
        IsTiff ? TiffRewriter.Rewrite(File, pageIndex, _source.Name) : null;

    private PageContent DecodeRewritten(RewrittenTiff tiff, PageImage target, CancellationToken token)
    {
        fixed (byte* p = tiff.Bytes)
        {
            var decoder = new VipsDecoder(_vips, p, tiff.Bytes.Length, DocumentType.Tiff, _source.Name, tiff);
            return decoder.Decode(0, _maxPixels, target, token);
        }
    }

    private PageContent DecodeJpeg(byte[] jpeg, PageImage target, CancellationToken token)
    {
        fixed (byte* p = jpeg)
        {
            var decoder = new VipsDecoder(_vips, p, jpeg.Length, DocumentType.Jpeg, _source.Name);
            return decoder.Decode(0, _maxPixels, target, token);
        }
    }
}
