using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// What a page is made of, without drawing it: how much of it is image, whether it has color, and in which order it is painted.
/// </summary>
internal sealed unsafe class PageSurvey
{
    // A page that nests deeper, or holds more, is judged by what was seen.
    private const int MaxDepth = 10;
    private const int MaxObjects = 200_000;

    // Coverage is counted on a grid: images overlap, and areas would then be counted twice.
    private const int GridSize = 32;

    // In points: an underline, a rule or the border of a cell hides nothing.
    private const float Thin = 2;

    // In points: smaller images are bullets and ornaments.
    private const float MinImageWidth = 20;
    private const float MinImageHeight = 5;

    // A rectangle has four or five segments; the simplest letters in outlines, such as a sans-serif T, have eight.
    private const int RectangleSegments = 5;
    private const int LetterSegments = 8;

    // More are neither remembered nor compared: the page then counts as painted over everywhere.
    private const int MaxPainted = 10_000;

    // A page of print that is scanned at 100 dpi has a megapixel; what covers less of a page is a logo.
    private const long LargeImage = 1_000_000;
    private const double SmallestShare = 0.02;

    // Black is often written as a rich near-black, and gray ramps are rounded.
    private const uint ColorTolerance = 12;

    private readonly PdfiumNative _pdfium;
    private readonly nint _page;
    private readonly PageGeometry _geometry;
    private readonly uint[] _grid = new uint[GridSize];
    private readonly Dictionary<nint, PaintedText> _texts = [];
    private readonly List<PaintedArea> _painted = [];
    private readonly List<(double Native, double Side)> _largeImages = []; // dots per inch, inches
    private bool _hasVisibleText;
    private int _objects;

    private PageSurvey(PdfiumNative pdfium, nint page, PageGeometry geometry) =>
        (_pdfium, _page, _geometry) = (pdfium, page, geometry);

    /// <summary>Share of the page under images, 0 to 1.</summary>
    internal double ImageCoverage { get; private set; }

    /// <summary>Images on the page.</summary>
    internal int Images { get; private set; }

    /// <summary>Paths and shadings on the page.</summary>
    internal int Drawings { get; private set; }

    /// <summary>
    /// The resolution at which the image that is shrunk the most still has its own pixels, or as many as are wanted of its
    /// longer side; 0 without images of at least a megapixel.
    /// </summary>
    internal double ImageResolution(double wantedSide)
    {
        double most = 0;
        foreach ((double native, double side) in _largeImages)
        {
            most = Math.Max(most, Math.Min(native, wantedSide / side));
        }

        return most;
    }

    /// <summary>Whether anything may be drawn in color.</summary>
    internal bool HasColor { get; private set; }

    /// <summary>Whether there is text on the page, to be seen or not.</summary>
    internal bool HasText => _texts.Count > 0;

    /// <summary>What is painted over an area, in the order of painting.</summary>
    internal List<PaintedArea> Painted => _painted;

    /// <summary>Whether there is more painted than <see cref="Painted"/> holds.</summary>
    internal bool IsOverpainted => _painted.Count == MaxPainted;

    /// <summary>Whether there is an image that has room for text.</summary>
    internal bool HasImageForText { get; private set; }

    /// <summary>Segments of filled paths that are no rectangles: letters in outlines have 10 to 50 each.</summary>
    internal int OutlineSegments { get; private set; }

    /// <summary>The text objects of the page.</summary>
    internal Dictionary<nint, PaintedText>.ValueCollection Texts => _texts.Values;

    /// <summary>Whether there is nothing at all on the page.</summary>
    internal bool IsBlank => _objects == 0;

    /// <summary>The most bytes that decoding one of the page's images takes.</summary>
    internal long LargestImageBytes { get; private set; }

    /// <summary>The only thing to be seen on the page if that is an image that stands directly on it; else zero.</summary>
    internal nint OnlyImage { get; private set; }

    internal static PageSurvey Of(PdfiumNative pdfium, nint page, PageGeometry geometry)
    {
        var survey = new PageSurvey(pdfium, page, geometry);
        int count = pdfium.CountObjects(page);
        for (int i = 0; i < count && survey._objects < MaxObjects; i++)
        {
            survey.Visit(pdfium.GetObject(page, i), Identity, 0);
        }

        survey.Finish();
        return survey;
    }

    /// <summary>A text object; null for what the page does not draw itself.</summary>
    internal PaintedText? TextOf(nint textObject) => _texts.GetValueOrDefault(textObject);

    /// <summary>When the page draws a text object; the largest number for what it does not draw itself.</summary>
    internal int OrderOf(nint textObject) => TextOf(textObject)?.Order ?? int.MaxValue;

    private static FsMatrix Identity => new() { A = 1, D = 1 };

    private void Visit(nint item, FsMatrix parent, int depth)
    {
        _objects++;
        switch (_pdfium.GetObjectType(item))
        {
            case FsObjectType.Text:
                _texts[item] = new PaintedText(item, _objects, parent, depth > 0);
                _hasVisibleText |= _pdfium.GetTextRenderMode(item) is not (3 or 7);
                VisitColors(item);
                break;
            case FsObjectType.Path:
                Drawings++;
                VisitColors(item);
                VisitPath(item, parent);
                break;
            case FsObjectType.Shading:
                Drawings++;
                HasColor = true;
                Paint(BoundsOf(item, parent), PaintedArea.AnyLightness);
                break;
            case FsObjectType.Image:
                VisitImage(item, parent, depth);
                break;
            case FsObjectType.Form when depth < MaxDepth:
                VisitForm(item, parent, depth);
                break;
            default:
                break;
        }
    }

    private void VisitForm(nint form, FsMatrix parent, int depth)
    {
        FsMatrix own = Identity;
        _pdfium.GetObjectMatrix(form, &own);
        FsMatrix matrix = Multiply(own, parent);
        int count = _pdfium.CountFormObjects(form);
        for (int i = 0; i < count && _objects < MaxObjects; i++)
        {
            Visit(_pdfium.GetFormObject(form, (uint)i), matrix, depth + 1);
        }
    }

    private void VisitImage(nint image, FsMatrix parent, int depth)
    {
        Images++;
        OnlyImage = depth == 0 ? image : nint.Zero;
        FsMatrix own = Identity;
        _pdfium.GetObjectMatrix(image, &own);
        FsMatrix matrix = Multiply(own, parent);
        double share = Cover(matrix);
        PageRectangle box = BoxOf(matrix);
        Paint(box, PaintedArea.AnyLightness);
        HasImageForText |= box.Width >= ToPixels(MinImageWidth) && box.Height >= ToPixels(MinImageHeight);
        FsImageMetadata metadata = default;
        _pdfium.GetImageMetadata(image, _page, &metadata);
        LargestImageBytes = Math.Max(LargestImageBytes, DecodedBytes(metadata));
        HasColor |= !IsGray(metadata);
        if (share >= SmallestShare && (long)metadata.Width * metadata.Height >= LargeImage)
        {
            AddLarge(matrix, metadata);
        }
    }

    private void VisitPath(nint path, FsMatrix parent)
    {
        int fill,
            stroke;
        if (_pdfium.GetPathDrawMode(path, &fill, &stroke) == 0)
        {
            return;
        }

        int segments = _pdfium.CountPathSegments(path);
        float strokeWidth = 0;
        bool wideStroke =
            stroke != 0 && _pdfium.GetStrokeWidth(path, &strokeWidth) != 0 && strokeWidth > Thin && fill == 0;
        OutlineSegments += fill != 0 && segments >= LetterSegments ? segments : 0;
        if (fill != 0 || wideStroke)
        {
            bool plain = fill != 0 && segments <= RectangleSegments;
            Paint(BoundsOf(path, parent), plain ? LightnessOf(path) : PaintedArea.AnyLightness);
        }
    }

    private void Paint(PageRectangle box, int lightness)
    {
        if (_painted.Count < MaxPainted && MathF.Min(box.Width, box.Height) > ToPixels(Thin))
        {
            _painted.Add(new PaintedArea(_objects, box, lightness));
        }
    }

    private float ToPixels(float points) => (float)(points * _geometry.Dpi / 72);

    /// <summary>Of an opaque fill in one color.</summary>
    private int LightnessOf(nint item)
    {
        uint r,
            g,
            b,
            a;
        return
            _pdfium.GetFillColor(item, &r, &g, &b, &a) != 0 && a == byte.MaxValue && _pdfium.HasTransparency(item) == 0
            ? PaintedArea.Lightness(r, g, b)
            : PaintedArea.AnyLightness;
    }

    private PageRectangle BoundsOf(nint item, FsMatrix parent)
    {
        float left,
            bottom,
            right,
            top;
        if (_pdfium.GetObjectBounds(item, &left, &bottom, &right, &top) == 0)
        {
            return default;
        }

        var box = new FsMatrix
        {
            A = right - left,
            D = top - bottom,
            E = left,
            F = bottom,
        };
        return BoxOf(Multiply(box, parent));
    }

    private void AddLarge(FsMatrix matrix, FsImageMetadata metadata)
    {
        const double PointsPerInch = 72;
        double width = Math.Sqrt(matrix.A * matrix.A + matrix.B * matrix.B) / PointsPerInch;
        double height = Math.Sqrt(matrix.C * matrix.C + matrix.D * matrix.D) / PointsPerInch;
        if (width > 0 && height > 0)
        {
            _largeImages.Add((Math.Max(metadata.Width / width, metadata.Height / height), Math.Max(width, height)));
        }
    }

    private void VisitColors(nint item)
    {
        if (HasColor)
        {
            return;
        }

        uint r,
            g,
            b,
            a;
        HasColor =
            (_pdfium.GetFillColor(item, &r, &g, &b, &a) != 0 && IsColor(r, g, b))
            || (_pdfium.GetStrokeColor(item, &r, &g, &b, &a) != 0 && IsColor(r, g, b));
    }

    /// <summary>Marks the cells under an image, a unit square in its own units.</summary>
    /// <returns>The part of the page that it covers.</returns>
    private double Cover(FsMatrix matrix)
    {
        PageRectangle box = BoxOf(matrix);
        int left = Cell(box.Left, _geometry.Width);
        int right = Cell(box.Right, _geometry.Width);
        int top = Cell(box.Top, _geometry.Height);
        int bottom = Cell(box.Bottom, _geometry.Height);
        if (right <= left || bottom <= top)
        {
            return 0;
        }

        uint row = (uint)(((1UL << (right - left)) - 1) << left);
        for (int y = top; y < bottom; y++)
        {
            _grid[y] |= row;
        }

        return (right - left) * (bottom - top) / (double)(GridSize * GridSize);
    }

    private PageRectangle BoxOf(FsMatrix m) => BoxOf(_geometry, m);

    /// <summary>Where the unit square of a matrix lies on the page, upright.</summary>
    internal static PageRectangle BoxOf(PageGeometry geometry, FsMatrix m)
    {
        PagePoint a = geometry.ToPixels(m.E, m.F);
        PagePoint b = geometry.ToPixels(m.E + m.A, m.F + m.B);
        PagePoint c = geometry.ToPixels(m.E + m.C, m.F + m.D);
        PagePoint d = geometry.ToPixels(m.E + m.A + m.C, m.F + m.B + m.D);
        Quad corners = new(a, b, d, c);
        return new PageRectangle(corners.Left, corners.Top, corners.Right, corners.Bottom);
    }

    // NaN, which a hostile matrix may bring, ends at 0.
    private static int Cell(float position, int size) => (int)Math.Round(Math.Clamp(position / size, 0, 1) * GridSize);

    private void Finish()
    {
        int covered = 0;
        foreach (uint row in _grid)
        {
            covered += System.Numerics.BitOperations.PopCount(row);
        }

        ImageCoverage = covered / (double)(GridSize * GridSize);
        if (Images != 1 || Drawings > 0 || _hasVisibleText)
        {
            OnlyImage = nint.Zero;
        }
    }

    internal static FsMatrix Multiply(FsMatrix m, FsMatrix n) =>
        new()
        {
            A = m.A * n.A + m.B * n.C,
            B = m.A * n.B + m.B * n.D,
            C = m.C * n.A + m.D * n.C,
            D = m.C * n.B + m.D * n.D,
            E = m.E * n.A + m.F * n.C + n.E,
            F = m.E * n.B + m.F * n.D + n.F,
        };

    private static bool IsColor(uint r, uint g, uint b) =>
        Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b)) > ColorTolerance;

    private static bool IsGray(FsImageMetadata image) =>
        image.ColorSpace is FsColorSpace.DeviceGray or FsColorSpace.CalibratedGray
        || (image.ColorSpace == FsColorSpace.IccBased && image.BitsPerPixel <= 8);

    // PDFium holds a decoded image whole, at 8 bits a component where it was not one bit a pixel.
    private static long DecodedBytes(FsImageMetadata image)
    {
        long pixels = (long)image.Width * image.Height;
        return image.BitsPerPixel == 1 ? pixels / 8 : pixels * Math.Max(1, image.BitsPerPixel / 8);
    }
}
