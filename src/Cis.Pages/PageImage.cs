using System.Runtime.InteropServices;

namespace Cis.Pages;

/// <summary>
/// The pixels of one page in native memory that is used again from page to page: an engine owns one, the document
/// renders straight into it and the detector reads straight from it. Rows run top to bottom. Not thread-safe.
/// </summary>
/// <remarks>
/// Native memory rather than <see cref="System.Buffers.ArrayPool{T}"/>: a page at 200 dpi is 4 to 12 MB, would live in
/// the large object heap, and PDFium and libvips want an address that never moves.
/// </remarks>
public sealed unsafe class PageImage : IDisposable
{
    // Vector loads of a whole row may run past its last pixel: rows start on, and end in, 64-byte units.
    private const int RowAlignment = 64;

    private byte* _pixels;
    private nuint _capacity;

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

    /// <summary>Bytes of native memory held, whatever the present size of the page.</summary>
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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long stride = ((long)width * (int)format + RowAlignment - 1) / RowAlignment * RowAlignment;
        long needed = stride * height;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, int.MaxValue, nameof(height));
        EnsureCapacity((nuint)needed + RowAlignment);
        (Width, Height, Stride, Format) = (width, height, (int)stride, format);
    }

    /// <summary>One row's pixels, without the padding behind them.</summary>
    public Span<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new Span<byte>(_pixels + (nint)y * Stride, Width * Channels);
    }

    /// <summary>Sets every byte, padding too: 255 is a white page.</summary>
    public void Fill(byte value) => new Span<byte>(_pixels, Stride * Height).Fill(value);

    /// <summary>Gives memory back when the last page was far larger than pages usually are.</summary>
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

    private void EnsureCapacity(nuint needed)
    {
        if (needed <= _capacity)
        {
            return;
        }

        Free();
        _pixels = (byte*)NativeMemory.AlignedAlloc(needed, RowAlignment);
        _capacity = needed;
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pixels);
        _pixels = null;
        _capacity = 0;
        (Width, Height, Stride) = (0, 0, 0);
    }
}
