using System.Buffers;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>A bitmap file, decoded here since libvips has no loader for it.</summary>
internal sealed unsafe class BmpDocument : IDocument
{
    // A run-length coded one is unpacked whole, at a byte or three a pixel.
    private const long MaxPixelsPacked = 64_000_000;
    private const long MaxPixels = 1_000_000_000;

    private readonly DocumentSource _source;
    private readonly long _maxPixels;
    private readonly BmpHeader _header;

    internal BmpDocument(DocumentSource source, ReadingOptions options)
    {
        (_source, _maxPixels) = (source, options.Limits.MaxPixelsPerPage);
        _header = BmpHeader.Parse(File, source.Name);
        PageSize.CheckSides(_header.Width, _header.Height, source.Name);
        if (!HasVisiblePixel())
        {
            // Programs that know nothing of transparency leave its bits at zero.
            _header = _header with
            {
                Alpha = default,
            };
        }

        long pixels = (long)_header.Width * _header.Height;
        long most = _header.Coding == BmpCoding.Plain ? MaxPixels : MaxPixelsPacked;
        if (pixels > most)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{source.Name} has {_header.Width} x {_header.Height} pixels; bitmaps of this kind are read up to {most} pixels."
            );
        }
    }

    public int PageCount => 1;

    private ReadOnlySpan<byte> File => new(_source.Data, (int)Math.Min(_source.Length, int.MaxValue));

    private ReadOnlySpan<byte> PixelData => File[(int)Math.Min(_header.PixelOffset, File.Length)..];

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pageIndex, 0);
        token.ThrowIfCancellationRequested();
        (int width, int height) = (_header.Width, _header.Height);
        (int Width, int Height) size = PageSize.Fit(width, height, _maxPixels);
        var writer = new PageWriter(target, width, height, _header.IsGray ? 1 : 3, orientation: 1, size);
        bool whole = _header.Coding == BmpCoding.Plain ? WritePlain(writer, token) : WritePacked(writer, token);
        double scale = (double)size.Width / width;
        string? note = PageSize.NoteOn(size, width, height, _maxPixels);
        return new PageContent(Text: null, _header.Dpi * scale, PageSize.NoteOn(note, damaged: !whole));
    }

    public void Dispose()
    {
        // Nothing is kept between pages.
    }

    private bool HasVisiblePixel()
    {
        int bytes = _header.BitsPerPixel / 8;
        if (!_header.Alpha.Exists || bytes is not (2 or 4))
        {
            return true;
        }

        // In most files the first pixel answers.
        ReadOnlySpan<byte> data = PixelData;
        for (int i = 0; i <= data.Length - bytes; i += bytes)
        {
            if (_header.Alpha.Of(BmpRows.PixelAt(data[i..], bytes)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool WritePlain(PageWriter writer, CancellationToken token)
    {
        ReadOnlySpan<byte> data = PixelData;
        WriteRows(writer, data, _header, token);
        return data.Length >= _header.RowBytes * _header.Height;
    }

    private bool WritePacked(PageWriter writer, CancellationToken token)
    {
        int pixelBytes = BmpRunLength.PixelBytesOf(_header);
        int length = _header.Width * _header.Height * pixelBytes;
        byte[] unpacked = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> rows = unpacked.AsSpan(0, length);
            rows.Clear();
            bool whole = BmpRunLength.Unpack(_header, PixelData, rows);
            WriteRows(writer, rows, _header.Unpacked(8 * pixelBytes), token);
            return whole;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unpacked);
        }
    }

    private static void WriteRows(PageWriter writer, ReadOnlySpan<byte> data, BmpHeader header, CancellationToken token)
    {
        byte[] row = new byte[header.Width * (header.IsGray ? 1 : 3)];
        for (int y = 0; y < header.Height; y++)
        {
            if (y % 64 == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            long start = header.RowBytes * (header.BottomUp ? header.Height - 1 - y : y);
            int from = (int)Math.Min(start, data.Length);
            int count = (int)Math.Min(header.RowBytes, data.Length - from);
            BmpRows.Decode(header, data.Slice(from, count), row);
            writer.Accept(y, row);
        }
    }
}
