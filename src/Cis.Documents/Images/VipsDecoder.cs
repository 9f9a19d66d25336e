using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>Decodes one image of a file with libvips, strip by strip, into a page.</summary>
internal sealed unsafe class VipsDecoder
{
    // Formats and variants that cannot be decoded row by row are held whole by their decoder, at up to 4 bytes a pixel.
    // 128 million pixels, half a gigabyte: more than any camera's picture.
    private const long MaxPixelsHeld = 128_000_000;

    // What streams by costs time only, and that has its own limit; this bounds what the header alone may set going.
    private const long MaxPixelsStreamed = 1_000_000_000;

    // Enough rows to spread a call's cost, few enough to notice a cancellation at once.
    private const int StripRows = 64;

    private readonly VipsNative _vips;
    private readonly byte* _data;
    private readonly long _length;
    private readonly DocumentType _type;
    private readonly string _name;

    internal VipsDecoder(VipsNative vips, byte* data, long length, DocumentType type, string name)
    {
        _data = data;
        (_vips, _length, _type, _name) = (vips, length, type, name);
    }

    /// <summary>The number of images, as the header says: of a TIFF its directories, else 1.</summary>
    internal int CountPages()
    {
        if (_type != DocumentType.Tiff)
        {
            return 1;
        }

        using VipsObject image = Load(0, 1, FailOn.Nothing);
        return Math.Max(1, _vips.GetPageCount(image.Pointer));
    }

    /// <summary>Decodes an image into a page of at most so many pixels.</summary>
    internal PageContent Decode(int page, long maxPixels, PageImage target, CancellationToken token)
    {
        try
        {
            return Decode(page, maxPixels, FailOn.Errors, target, token);
        }
        catch (ReadException e) when (e.Outcome == Outcome.Corrupt)
        {
            PageContent content = Decode(page, maxPixels, FailOn.Nothing, target, token);
            return content with { Note = PageSize.NoteOn(content.Note, damaged: true) };
        }
    }

    /// <summary>Decodes an image to a given size, if it is what it should be.</summary>
    /// <param name="expected">Width, height and channels that the image must have.</param>
    /// <param name="size">The size before it is turned; no larger than expected.</param>
    /// <param name="orientation">How to turn it, as EXIF has it; the file's own is ignored.</param>
    /// <param name="target">Takes the pixels.</param>
    /// <param name="token">Ends the decoding.</param>
    /// <returns>Whether it was so; else nothing is written.</returns>
    /// <exception cref="ReadException">The image is damaged.</exception>
    internal bool TryDecodeTo(
        (int Width, int Height, int Channels) expected,
        (int Width, int Height) size,
        int orientation,
        PageImage target,
        CancellationToken token
    )
    {
        VipsObject loaded = Load(0, 1, FailOn.Errors);
        try
        {
            nint image = loaded.Pointer;
            if ((_vips.GetWidth(image), _vips.GetHeight(image), _vips.GetBands(image)) != expected)
            {
                return false;
            }

            CheckSize(loaded, expected.Width, expected.Height);
            loaded = LoadSmaller(loaded, 0, FailOn.Errors, (double)size.Width / expected.Width);
            Copy(loaded, orientation, Smaller(size, loaded), target, token);
            return true;
        }
        finally
        {
            loaded.Dispose();
        }
    }

    private PageContent Decode(int page, long maxPixels, FailOn failOn, PageImage target, CancellationToken token)
    {
        VipsObject loaded = Load(page, 1, failOn);
        (int width, int height) = (_vips.GetWidth(loaded.Pointer), _vips.GetHeight(loaded.Pointer));
        int orientation = _vips.GetOrientation(loaded.Pointer);
        double dpi = _vips.GetPixelsPerMillimetre(loaded.Pointer) * 25.4;
        try
        {
            CheckSize(loaded, width, height);
            (int Width, int Height) size = PageSize.Fit(width, height, maxPixels);
            double scale = (double)size.Width / width;
            loaded = LoadSmaller(loaded, page, failOn, scale);
            using VipsObject image = ToGrayOrRgb(loaded);
            Copy(image, orientation, Smaller(size, image), target, token);
            string? note = PageSize.NoteOn(size, width, height, maxPixels);
            return new PageContent(Text: null, IsStated(dpi) ? dpi * scale : 0, note);
        }
        finally
        {
            loaded.Dispose();
        }
    }

    // libvips answers 1 pixel a millimetre where the file says nothing.
    private static bool IsStated(double dpi) => Math.Abs(dpi - 25.4) > 0.1;

    private (int Width, int Height) Smaller((int Width, int Height) size, VipsObject image) =>
        (Math.Min(size.Width, _vips.GetWidth(image.Pointer)), Math.Min(size.Height, _vips.GetHeight(image.Pointer)));

    private void CheckSize(VipsObject image, int width, int height)
    {
        long pixels = (long)width * height;
        long most = IsHeldWhole(image) ? MaxPixelsHeld : MaxPixelsStreamed;
        if (pixels > most)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{_name} has {width} x {height} pixels; {DocumentTypes.NameOf(_type)} images of this kind are read up to {most} pixels."
            );
        }
    }

    private bool IsHeldWhole(VipsObject image) =>
        _type is DocumentType.WebP or DocumentType.Gif or DocumentType.Avif || HasMetadata(image, "interlaced\0"u8);

    private bool HasMetadata(VipsObject image, ReadOnlySpan<byte> name)
    {
        fixed (byte* p = name)
        {
            return _vips.GetMetadataType(image.Pointer, p) != 0;
        }
    }

    /// <summary>Decoders that can give a smaller image for less work are asked to.</summary>
    private VipsObject LoadSmaller(VipsObject loaded, int page, FailOn failOn, double scale)
    {
        int shrink = 1;
        while (_type == DocumentType.Jpeg && shrink < 8 && scale * shrink * 2 <= 1)
        {
            shrink *= 2;
        }

        if (shrink == 1)
        {
            return loaded;
        }

        loaded.Dispose();
        return Load(page, shrink, failOn);
    }

    private VipsObject Load(int page, int shrink, FailOn failOn)
    {
        using var source = new VipsObject(_vips, _vips.NewSourceFromMemory(_data, (nuint)_length));
        VipsOperation load = new VipsOperation(_vips, LoaderOf(_type))
            .With("source", source)
            .With("access", "sequential")
            .With("fail-on", failOn == FailOn.Errors ? "error" : "none");
        if (_type is DocumentType.Tiff)
        {
            load.With("page", page);
        }
        else if (_type is DocumentType.Jpeg)
        {
            load.With("shrink", shrink);
        }

        try
        {
            return load.Build();
        }
        catch (ReadException e)
        {
            throw new ReadException(e.Outcome, $"{_name} is a damaged {DocumentTypes.NameOf(_type)}: {e.Message}", e);
        }
    }

    private static string LoaderOf(DocumentType type) =>
        type switch
        {
            DocumentType.Jpeg => "jpegload_source",
            DocumentType.Png => "pngload_source",
            DocumentType.Tiff => "tiffload_source",
            DocumentType.WebP => "webpload_source",
            DocumentType.Gif => "gifload_source",
            DocumentType.Avif => "heifload_source",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "libvips has no loader for this type."),
        };

    /// <summary>Takes an image over and gives it back as 8-bit grey or RGB without transparency.</summary>
    private VipsObject ToGrayOrRgb(VipsObject image)
    {
        bool gray = _vips.GetBands(image.Pointer) < 3;
        int interpretation = _vips.GetInterpretation(image.Pointer);
        if (interpretation == VipsInterpretation.Cmyk)
        {
            // With the file's own profile, or a common one.
            image = Replace(
                image,
                Operation("icc_transform", image)
                    .With("output-profile", "srgb")
                    .With("input-profile", "cmyk")
                    .With("embedded", "true")
            );
        }
        else if (interpretation != VipsInterpretation.Srgb && interpretation != VipsInterpretation.BlackAndWhite)
        {
            image = Replace(image, Operation("colourspace", image).With("space", gray ? "b-w" : "srgb"));
        }

        if (_vips.HasAlpha(image.Pointer) != 0)
        {
            image = Replace(image, Operation("flatten", image).With("background", "255"));
        }

        if (_vips.GetFormat(image.Pointer) != 0)
        {
            image = Replace(image, Operation("cast", image).With("format", "uchar"));
        }

        int bands = _vips.GetBands(image.Pointer);
        return bands is 1 or 3
            ? image
            : Replace(image, Operation("extract_band", image).With("band", 0).With("n", bands > 3 ? 3 : 1));
    }

    private VipsOperation Operation(string name, VipsObject image) => new VipsOperation(_vips, name).With("in", image);

    private static VipsObject Replace(VipsObject image, VipsOperation operation)
    {
        using (image)
        {
            return operation.Build();
        }
    }

    private void Copy(
        VipsObject image,
        int orientation,
        (int Width, int Height) size,
        PageImage target,
        CancellationToken token
    )
    {
        using CancellationTokenRegistration kill = token.UnsafeRegister(
            static state =>
            {
                var image = (VipsObject)state!;
                image.Vips.SetKill(image.Pointer, 1);
            },
            image
        );
        using var region = new VipsObject(_vips, _vips.NewRegion(image.Pointer));
        int width = _vips.GetWidth(image.Pointer);
        int height = _vips.GetHeight(image.Pointer);
        int channels = _vips.GetBands(image.Pointer);
        var writer = new PageWriter(target, width, height, channels, orientation, size);
        for (int y = 0; y < height; y += StripRows)
        {
            token.ThrowIfCancellationRequested();
            int rows = Math.Min(StripRows, height - y);
            nuint length;
            byte* strip = _vips.FetchRegion(region.Pointer, 0, y, width, rows, &length);
            if (strip == null)
            {
                token.ThrowIfCancellationRequested();
                throw new ReadException(Outcome.Corrupt, $"{_name} is damaged: {_vips.TakeError()}.");
            }

            for (int i = 0; i < rows; i++)
            {
                writer.Accept(y + i, new ReadOnlySpan<byte>(strip + (nint)i * width * channels, width * channels));
            }

            _vips.Free(strip);
        }
    }

    private enum FailOn
    {
        Nothing,
        Errors,
    }
}
