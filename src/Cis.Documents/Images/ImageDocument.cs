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
        PageCount = _decoder.CountPages();
    }

    public int PageCount { get; }

    internal static ImageDocument Open(VipsNative vips, DocumentSource source, ReadingOptions options) =>
        new(vips, source, options.Limits.MaxPixelsPerPage);

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pageIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pageIndex, PageCount);
        token.ThrowIfCancellationRequested();
        return OldJpeg(pageIndex) is { } jpeg
            ? DecodeJpeg(jpeg, target, token)
            : _decoder.Decode(pageIndex, _maxPixels, target, token);
    }

    public void Dispose()
    {
        // Nothing is kept between pages.
    }

    private byte[]? OldJpeg(int pageIndex)
    {
        if (_source.Type != DocumentType.Tiff || _source.Length > int.MaxValue)
        {
            return null;
        }

        var file = new ReadOnlySpan<byte>(_source.Data, (int)_source.Length);
        return OldJpegTiff.Find(file, pageIndex, _source.Name);
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
