using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>Decodes one image of a file with libvips, strip by strip, into a page.</summary>
internal sealed unsafe class VipsDecoder
{
    // Formats and variants that cannot be decoded row by row are held whole by their decoder. 360 MB: 90 million pixels
    // of WebP, 60 of a progressive JPEG; with the page and the program that stays under 600.
    private const long MostBytesHeld = 360_000_000;

    // Of 16-bit color with an alpha libvips holds some 330 rows between the decoder and a page's pixels: 500 MB of these. In
    // 8-bit color 520,000 pixels.
    private const long MostRowBytes = 1536 << 10;

    // What streams by costs time only, and that has its own limit; this bounds what the header alone may set going.
    private const long MaxPixelsStreamed = 1_000_000_000;

    // As many as libvips can load.
    internal const int MostPagesCounted = 100_000;

    // Enough rows to spread a call's cost, few enough to notice a cancellation at once; and fewer of a wide picture.
    private const int StripRows = 64;
    private const long StripBytes = 4 << 20;

    private readonly VipsNative _vips;
    private readonly byte* _data;
    private readonly long _length;
    private readonly DocumentType _type;
    private readonly string _name;
    private readonly RewrittenTiff _meaning;
    private int _page;

    internal VipsDecoder(
        VipsNative vips,
        byte* data,
        long length,
        DocumentType type,
        string name,
        RewrittenTiff? meaning = null
    )
    {
        _data = data;
        (_vips, _length, _type, _name) = (vips, length, type, name);
        _meaning = meaning ?? RewrittenTiff.None;
    }

    /// <summary>The number of images, as the header says: of a TIFF its directories, else 1.</summary>
    internal int CountPages()
    {
        if (_type != DocumentType.Tiff)
        {
            return 1;
        }

        using VipsObject image = Load(0, 1, FailOn.Nothing);
        int count = _vips.GetPageCount(image.Pointer);
        // It says 1 of a file with 10,000 and more.
        return count > 1 || _length > int.MaxValue ? count : Math.Max(1, TiffDirectory.CountIn(File, MostPagesCounted));
    }

    private ReadOnlySpan<byte> File => new(_data, (int)Math.Min(_length, int.MaxValue));

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
            Copy(loaded, orientation, Smaller(size, loaded), target, new TransparentGround(), token);
            return true;
        }
        finally
        {
            loaded.Dispose();
        }
    }

    private PageContent Decode(int page, long maxPixels, FailOn failOn, PageImage target, CancellationToken token)
    {
        _page = page;
        VipsObject loaded = Load(page, 1, failOn);
        (int width, int height) = (_vips.GetWidth(loaded.Pointer), _vips.GetHeight(loaded.Pointer));
        int orientation = _vips.GetOrientation(loaded.Pointer);
        double dpi = _vips.GetPixelsPerMillimeter(loaded.Pointer) * 25.4;
        int frames = IsAnimation ? _vips.GetPageCount(loaded.Pointer) : 1;
        try
        {
            CheckSize(loaded, width, height);
            (int Width, int Height) size = PageSize.Fit(width, height, maxPixels);
            double scale = (double)size.Width / width;
            if (IsOfNumbers(loaded))
            {
                CopyNumbers(loaded, () => Load(page, 1, failOn), orientation, size, target, token);
            }
            else
            {
                loaded = LoadSmaller(loaded, page, failOn, scale);
                CopyPicture(loaded, () => Load(page, 1, failOn), orientation, size, target, token);
            }

            string? note = PageSize.NoteOn(size, width, height, maxPixels);
            return new PageContent(Text: null, IsStated(dpi) ? dpi * scale : 0, NoteOnFrames(note, frames));
        }
        finally
        {
            loaded.Dispose();
        }
    }

    private bool IsAnimation => _type is DocumentType.Gif or DocumentType.WebP;

    private static string? NoteOnFrames(string? note, int frames) =>
        frames <= 1 ? note : $"{note} It is an animation of {frames} frames; the first was read.".TrimStart();

    private bool IsOfNumbers(VipsObject image) =>
        _meaning != RewrittenTiff.None
        || (SampleFormat)_vips.GetFormat(image.Pointer) is not (SampleFormat.UInt8 or SampleFormat.UInt16);

    /// <summary>Copies a picture of bytes or 16-bit numbers; a transparent one twice where white is no ground for it.</summary>
    private void CopyPicture(
        VipsObject loaded,
        Func<VipsObject> load,
        int orientation,
        (int Width, int Height) size,
        PageImage target,
        CancellationToken token
    )
    {
        var ground = new TransparentGround();
        using (VipsObject image = ToGrayOrRgb(loaded))
        {
            Copy(image, orientation, Smaller(size, image), target, ground, token);
        }

        if (ground.ChangeToBetter())
        {
            using VipsObject image = ToGrayOrRgb(load());
            Copy(image, orientation, Smaller(size, image), target, ground, token);
        }
    }

    /// <summary>Copies a picture of other numbers: once to see their range, then for their bytes.</summary>
    private void CopyNumbers(
        VipsObject loaded,
        Func<VipsObject> load,
        int orientation,
        (int Width, int Height) size,
        PageImage target,
        CancellationToken token
    )
    {
        var format = (SampleFormat)_vips.GetFormat(loaded.Pointer);
        int width = _vips.GetWidth(loaded.Pointer);
        int height = _vips.GetHeight(loaded.Pointer);
        int bands = _vips.GetBands(loaded.Pointer);
        if (format is SampleFormat.Complex or SampleFormat.DoubleComplex)
        {
            throw new ReadException(Outcome.UnsupportedType, $"{_name} holds complex numbers, which are no picture.");
        }

        if (_meaning.IsDouble)
        {
            (format, bands) = (SampleFormat.Double, bands / 2);
        }

        int sample = SampleRange.BytesOf(format);
        int channels = bands >= 3 && !_meaning.IsLab ? 3 : 1;
        var range = new SampleRange(format, (long)width * height * bands, _meaning.HighWordFirst);
        ForEachRow(loaded, (_, row) => range.See(row), token);
        range.Settle();
        var writer = new PageWriter(target, width, height, channels, orientation, size);
        byte[] bytes = new byte[width * channels];
        using VipsObject again = load();
        ForEachRow(
            again,
            (y, row) =>
            {
                for (int i = 0; i < bytes.Length; i++)
                {
                    int at = (i / channels * bands + i % channels) * sample;
                    bytes[i] = range.ToByte(row.Slice(at, sample));
                }

                writer.Accept(y, bytes);
            },
            token
        );
    }

    // libvips answers 1 pixel a millimeter where the file says nothing.
    private static bool IsStated(double dpi) => Math.Abs(dpi - 25.4) > 0.1;

    private (int Width, int Height) Smaller((int Width, int Height) size, VipsObject image) =>
        (Math.Min(size.Width, _vips.GetWidth(image.Pointer)), Math.Min(size.Height, _vips.GetHeight(image.Pointer)));

    private void CheckSize(VipsObject image, int width, int height)
    {
        PageSize.CheckSides(width, height, _name);
        long pixels = (long)width * height;
        long most = BytesHeldPerPixel(image) is > 0 and int bytes ? MostBytesHeld / bytes : MaxPixelsStreamed;
        if (pixels > most)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{_name} has {width} x {height} pixels; {DocumentTypes.NameOf(_type)} images of this kind are read up to {most} pixels."
            );
        }

        long rowBytes = (long)width * BytesPerPixel(image);
        if (rowBytes > MostRowBytes)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{_name} has rows of {rowBytes >> 10} KB; images are read up to {MostRowBytes >> 10} KB a row."
            );
        }

        long pieceBytes = _type == DocumentType.Tiff ? rowBytes * RowsOfPiece(height) : 0;
        if (pieceBytes > MostBytesHeld)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{_name} is a TIFF whose tiles or strips take {pieceBytes >> 20} MB at a time; the most is {MostBytesHeld >> 20} MB."
            );
        }
    }

    /// <summary>What its decoder keeps of each pixel of the whole image; 0 where rows stream by.</summary>
    private int BytesHeldPerPixel(VipsObject image) =>
        _type switch
        {
            DocumentType.WebP => 4,
            // The decoder's frame and the picture made of it.
            DocumentType.Gif or DocumentType.Avif => 8,
            // Coefficients of 16 bits, of three channels in full size.
            DocumentType.Jpeg when HasMetadata(image, "interlaced\0"u8) => 6,
            _ when HasMetadata(image, "interlaced\0"u8) => BytesPerPixel(image),
            _ => 0,
        };

    private int BytesPerPixel(VipsObject image) =>
        _vips.GetBands(image.Pointer) * SampleRange.BytesOf((SampleFormat)_vips.GetFormat(image.Pointer));

    /// <summary>
    /// How many rows of a TIFF libvips holds: two of tiles, of TileLength each; a strip of each of the planes, where each
    /// has its own, and its copy. Other strips it reads row by row.
    /// </summary>
    private long RowsOfPiece(int height)
    {
        const int TileLength = 323;
        const int RowsPerStrip = 278;
        const int PlanarConfiguration = 284;
        const uint Separate = 2;
        if (!TiffDirectory.TryFind(File, _page, out TiffDirectory directory))
        {
            return 0;
        }

        long rows = directory.Number(TileLength);
        if (rows == 0 && directory.Number(PlanarConfiguration) == Separate)
        {
            // Without the tag the whole image is one strip.
            rows = directory.Number(RowsPerStrip) is > 0 and uint strip ? Math.Min(strip, height) : height;
        }

        return 2 * rows;
    }

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

    /// <summary>Takes ownership of an image and returns it as 8-bit gray or RGB, with alpha where it has that.</summary>
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

        if (_vips.GetFormat(image.Pointer) != 0)
        {
            image = Replace(image, Operation("cast", image).With("format", "uchar"));
        }

        int bands = _vips.GetBands(image.Pointer);
        int alpha = _vips.HasAlpha(image.Pointer) != 0 ? 1 : 0;
        int wanted = (bands - alpha >= 3 ? 3 : 1) + alpha;
        return bands == wanted
            ? image
            : Replace(image, Operation("extract_band", image).With("band", 0).With("n", wanted));
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
        TransparentGround ground,
        CancellationToken token
    )
    {
        int width = _vips.GetWidth(image.Pointer);
        int height = _vips.GetHeight(image.Pointer);
        int bands = _vips.GetBands(image.Pointer);
        int channels = bands >= 3 ? 3 : 1;
        var writer = new PageWriter(target, width, height, channels, orientation, size);
        if (bands == channels)
        {
            ForEachRow(image, writer.Accept, token);
            return;
        }

        byte[] flat = new byte[width * channels];
        ForEachRow(
            image,
            (y, row) =>
            {
                ground.Flatten(row, channels, flat);
                writer.Accept(y, flat);
            },
            token
        );
    }

    private void ForEachRow(VipsObject image, RowHandler take, CancellationToken token)
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
        int rowBytes = width * BytesPerPixel(image);
        int stripRows = (int)Math.Clamp(StripBytes / rowBytes, 1, StripRows);
        for (int y = 0; y < height; y += stripRows)
        {
            token.ThrowIfCancellationRequested();
            int rows = Math.Min(stripRows, height - y);
            nuint length;
            byte* strip = _vips.FetchRegion(region.Pointer, 0, y, width, rows, &length);
            if (strip == null)
            {
                token.ThrowIfCancellationRequested();
                throw new ReadException(Outcome.Corrupt, $"{_name} is damaged: {_vips.TakeError()}.");
            }

            try
            {
                for (int i = 0; i < rows; i++)
                {
                    take(y + i, new ReadOnlySpan<byte>(strip + (nint)i * rowBytes, rowBytes));
                }
            }
            finally
            {
                _vips.Free(strip);
            }
        }
    }

    private enum FailOn
    {
        Nothing,
        Errors,
    }
}
