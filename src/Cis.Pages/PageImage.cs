namespace Cis.Pages;

/// <summary>
/// The pixels of one page in native memory that is reused from page to page: each engine owns one, documents render
/// straight into it and the detector reads straight from it. Rows run top to bottom. Not thread-safe.
/// </summary>
/// <remarks>
/// Native memory rather than <see cref="System.Buffers.ArrayPool{T}"/>: a page at 200 dpi is 4 to 12 MB and would be on
/// the large object heap, and PDFium and libvips need an address that does not move.
/// </remarks>
public sealed unsafe class PageImage : IDisposable
{
    // Vector loads of a whole row may run past its last pixel: rows are aligned and padded to 64 bytes.
    internal const int RowAlignment = 64;

    private readonly IPixelMemory _memory;
    private byte* _pixels;
    private nuint _capacity;

    /// <summary>An image in memory of this process.</summary>
    public PageImage()
        : this(new OwnPixelMemory()) { }

    /// <summary>An image whose pixels are in memory of another owner.</summary>
    public PageImage(IPixelMemory memory) => _memory = memory;

    /// <summary>Width in pixels; 0 before the first <see cref="Reset"/>.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Bytes from one row's first pixel to the next row's.</summary>
    public int Stride { get; private set; }

    /// <summary>The layout of a pixel.</summary>
    public PixelFormat Format { get; private set; } = PixelFormat.Gray8;

    /// <summary>Bytes per pixel: 1 or 3.</summary>
    public int Channels => (int)Format;

    /// <summary>Bytes of native memory held, whatever the current size of the page.</summary>
    public long Capacity => (long)_capacity;

    /// <summary>The address of the first row. Valid until the next <see cref="Reset"/> or <see cref="Dispose"/>.</summary>
    public byte* Pixels => _pixels;

    /// <summary>
    /// Gives the image a new size and layout, growing the memory where needed. The pixels are undefined afterwards:
    /// the caller writes every one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the page would pass 2 GiB.</exception>
    public void Reset(int width, int height, PixelFormat format)
    {
        nuint needed = (nuint)BytesOf(width, height, format);
        if (needed > _capacity)
        {
            Free();
            _pixels = _memory.Take(needed);
            _capacity = needed;
        }

        (Width, Height, Stride, Format) = (width, height, StrideOf(width, format), format);
    }

    /// <summary>
    /// Shows an image in memory of another owner, laid out as <see cref="Reset"/> does. Its own memory is freed; the
    /// other memory must stay valid until the next <see cref="Reset"/>, <see cref="TrimTo"/> or <see cref="Dispose"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Reset"/>.</exception>
    public void Show(byte* pixels, int width, int height, PixelFormat format)
    {
        _ = BytesOf(width, height, format);
        Free();
        _pixels = pixels;
        (Width, Height, Stride, Format) = (width, height, StrideOf(width, format), format);
    }

    /// <summary>How many bytes an image takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or they would pass 2 GiB.</exception>
    public static long BytesOf(int width, int height, PixelFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long needed = ((long)width * (int)format + RowAlignment - 1) / RowAlignment * RowAlignment * height;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, int.MaxValue, nameof(height));
        return needed + RowAlignment;
    }

    /// <summary>One row's pixels, without the padding.</summary>
    public Span<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new Span<byte>(_pixels + (nint)y * Stride, Width * Channels);
    }

    /// <summary>Sets every byte, padding too: 255 is a white page.</summary>
    public void Fill(byte value) => new Span<byte>(_pixels, Stride * Height).Fill(value);

    /// <summary>Frees memory if the last page was far larger than pages usually are.</summary>
    /// <param name="bytes">The most to keep. The image must be <see cref="Reset"/> before its next use if it shrank.</param>
    public void TrimTo(long bytes)
    {
        if ((long)_capacity > bytes)
        {
            Free();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Free();

    private static int StrideOf(int width, PixelFormat format) =>
        (width * (int)format + RowAlignment - 1) / RowAlignment * RowAlignment;

    private void Free()
    {
        _memory.Free();
        _pixels = null;
        _capacity = 0;
        (Width, Height, Stride) = (0, 0, 0);
    }
}
