using System.Runtime.InteropServices;
using Cis.Documents.Images;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Takes the pixels of a page that is nothing but one JPEG from the JPEG itself. On scanned A4 pages at 300 dpi that
/// takes two thirds of the time of PDFium, which decodes it, converts it and stretches it. Whatever is not plainly the
/// same picture is left to PDFium.
/// </summary>
internal sealed unsafe class ImagePage(PdfiumNative pdfium, Func<VipsNative> vips, DocumentSource source)
{
    // In pixels of the page as rendered: how far an edge of the image may be from the page's.
    private const float EdgeTolerance = 1;

    // A scan at very nearly the resolution asked for keeps its own pixels: stretching by so little only blurs.
    private const double SameSize = 0.01;

    // Enough of a JPEG's middle to find it in the file: the scans of one document all begin alike.
    private const int SearchBytes = 64;

    private const int NotPlain = -1;

    private long _searchFrom;

    /// <summary>Decodes the page's image into the page.</summary>
    /// <returns>The resolution, or null where the page is left to PDFium.</returns>
    internal double? TryRead(
        nint page,
        PageSurvey survey,
        PageGeometry geometry,
        PageImage target,
        CancellationToken token
    )
    {
        nint image = survey.OnlyImage;
        FsImageMetadata metadata = default;
        if (
            image == nint.Zero
            || !FillsPage(image, geometry)
            || pdfium.GetImageMetadata(image, page, &metadata) == 0
            || SizeFor(metadata, geometry) is not { } size
            || !IsPlainJpeg(image, metadata)
        )
        {
            return null;
        }

        return
            DataOf(image) is var (jpeg, length)
            && TryDecode(jpeg, length, metadata, size, geometry.QuarterTurns, target, token)
            ? geometry.Dpi
            : null;
    }

    /// <summary>
    /// Where the image's data lie in the file. PDFium gives a copy of them, which serves to find them only: it is in
    /// native memory, for arrays of a megabyte and more would stay with every thread that has once read such a page.
    /// </summary>
    private (nint Jpeg, int Length)? DataOf(nint image)
    {
        int length = (int)Math.Min(pdfium.GetImageDataRaw(image, null, 0), (uint)Array.MaxLength);
        byte* copy = (byte*)NativeMemory.Alloc((nuint)length);
        try
        {
            // PDFium fills a buffer of just the right size and no other.
            int at =
                pdfium.GetImageDataRaw(image, copy, (uint)length) == (uint)length
                    ? FindPlain(new ReadOnlySpan<byte>(copy, length))
                    : NotPlain;
            return at == NotPlain ? null : ((nint)(source.Data + at), length);
        }
        finally
        {
            NativeMemory.Free(copy);
        }
    }

    private bool FillsPage(nint image, PageGeometry geometry)
    {
        FsMatrix m;
        if (pdfium.GetObjectMatrix(image, &m) == 0 || m.B != 0 || m.C != 0 || m.A <= 0 || m.D <= 0)
        {
            return false;
        }

        PageRectangle box = geometry.ToPixels(
            new FsRect
            {
                Left = m.E,
                Bottom = m.F,
                Right = m.E + m.A,
                Top = m.F + m.D,
            }
        );
        return MathF.Abs(box.Left) <= EdgeTolerance
            && MathF.Abs(box.Top) <= EdgeTolerance
            && MathF.Abs(box.Right - geometry.Width) <= EdgeTolerance
            && MathF.Abs(box.Bottom - geometry.Height) <= EdgeTolerance
            && pdfium.HasTransparency(image) == 0
            && pdfium.CountClipPaths(pdfium.GetClipPath(image)) <= 0;
    }

    /// <summary>The page's size before /Rotate, or the image's own if that is all but the same; null if it is smaller.</summary>
    private static (int Width, int Height)? SizeFor(FsImageMetadata image, PageGeometry geometry)
    {
        bool sideways = geometry.QuarterTurns % 2 == 1;
        int width = sideways ? geometry.Height : geometry.Width;
        int height = sideways ? geometry.Width : geometry.Height;
        if (
            Math.Abs(image.Width - (double)width) <= SameSize * width
            && Math.Abs(image.Height - (double)height) <= SameSize * height
        )
        {
            return ((int)image.Width, (int)image.Height);
        }

        return image.Width >= width && image.Height >= height ? (width, height) : null;
    }

    private bool IsPlainJpeg(nint image, FsImageMetadata metadata)
    {
        bool plainColors =
            metadata.ColorSpace
            is FsColorSpace.DeviceGray
                or FsColorSpace.DeviceRgb
                or FsColorSpace.CalibratedGray
                or FsColorSpace.CalibratedRgb
                or FsColorSpace.IccBased;
        if (!plainColors || metadata.BitsPerPixel is not (8 or 24) || pdfium.GetImageFilterCount(image) != 1)
        {
            return false;
        }

        byte* name = stackalloc byte[16];
        uint length = pdfium.GetImageFilter(image, 0, name, 16);
        return length <= 16 && new ReadOnlySpan<byte>(name, (int)length).SequenceEqual("DCTDecode\0"u8);
    }

    /// <summary>
    /// Finds the data of an image whose dictionary has no mask and no other meaning for its samples. PDFium does not tell,
    /// so the dictionary is looked up in the file, where it stands in clear before the image's data: a stream and its
    /// dictionary are never inside an object stream. In an encrypted file the data is not found: PDFium draws it.
    /// </summary>
    /// <returns>Where they begin, or <see cref="NotPlain"/>.</returns>
    private int FindPlain(ReadOnlySpan<byte> jpeg)
    {
        if (jpeg.Length < SearchBytes || source.Length > int.MaxValue)
        {
            return NotPlain;
        }

        var file = new ReadOnlySpan<byte>(source.Data, (int)source.Length);
        // Pages are mostly read in the order of the file.
        int from = (int)Math.Min(_searchFrom, source.Length);
        int middle = (jpeg.Length - SearchBytes) / 2;
        ReadOnlySpan<byte> sample = jpeg.Slice(middle, SearchBytes);
        int at = file[from..].IndexOf(sample);
        at = (at >= 0 ? at + from : file.IndexOf(sample)) - middle;
        if (at < 0 || !file[at..].StartsWith(jpeg))
        {
            return NotPlain;
        }

        _searchFrom = at + jpeg.Length;
        return ImageDictionary.IsPlain(file[..at]) ? at : NotPlain;
    }

    private bool TryDecode(
        nint jpeg,
        int length,
        FsImageMetadata metadata,
        (int Width, int Height) size,
        int quarterTurns,
        PageImage target,
        CancellationToken token
    )
    {
        var decoder = new VipsDecoder(vips(), (byte*)jpeg, length, DocumentType.Jpeg, source.Name);
        // EXIF's names for a picture that is to be turned clockwise by so many quarters.
        ReadOnlySpan<int> orientations = [1, 6, 3, 8];
        try
        {
            return decoder.TryDecodeTo(
                ((int)metadata.Width, (int)metadata.Height, (int)metadata.BitsPerPixel / 8),
                size,
                orientations[quarterTurns],
                target,
                token
            );
        }
        catch (ReadException)
        {
            // PDFium may make more of a damaged one.
            return false;
        }
    }
}
