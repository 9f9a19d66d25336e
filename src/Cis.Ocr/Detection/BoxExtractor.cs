using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// From the detector's probability map to the boxes of lines: Differentiable Binarization's post-processing (Liao et
/// al., 2020, section 3.4), with the constants of PaddleOCR's <c>db_postprocess.py</c>.
/// </summary>
internal sealed class BoxExtractor
{
    private const float TextThreshold = 0.3f;
    private const float BoxScoreThreshold = 0.6f;

    // The map shows lines shrunk towards their middle; this is how much they are grown again.
    private const float UnclipRatio = 1.5f;

    // In pixels of the map: smaller regions are specks, before growing and after.
    private const float MinimumSide = 3;
    private const float MinimumGrownSide = 5;

    /// <summary>
    /// A page has no more lines: the densest table of 5-point print on A3 has 8,000 cells. Each costs its recognition, and
    /// a page its seconds.
    /// </summary>
    internal const int MostBoxes = 20_000;

    private readonly ComponentLabeler _labeler = new();
    private readonly MinimumAreaRectangle _rectangle = new();

    /// <summary>Whether the last map had more boxes than are taken.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Extracts the boxes of a map, in pixels of the page, upright or nearly so (within 45 degrees).</summary>
    /// <param name="map">The probabilities, row by row.</param>
    /// <param name="size">The map's size.</param>
    /// <param name="page">The page, for its size.</param>
    /// <param name="boxes">Cleared, then filled from the top of the page down.</param>
    public void Extract(ReadOnlySpan<float> map, DetectorSize size, PageImage page, List<Quad> boxes)
    {
        boxes.Clear();
        WasCut = false;
        _labeler.Label(map, size.Width, size.Height, TextThreshold);
        float scaleX = page.Width / (float)size.Width;
        float scaleY = page.Height / (float)size.Height;
        for (int i = 0; i < _labeler.ComponentCount && !WasCut; i++)
        {
            RotatedRectangle core = _rectangle.Fit(_labeler.Component(i));
            if (core.ShorterSide < MinimumSide || BoxScore.Mean(map, size, core) < BoxScoreThreshold)
            {
                continue;
            }

            RotatedRectangle grown = Unclip(core);
            if (grown.ShorterSide >= MinimumGrownSide)
            {
                WasCut = boxes.Count == MostBoxes;
                AddUnlessCut(ToPage(grown, scaleX, scaleY, page), boxes);
            }
        }
    }

    private void AddUnlessCut(Quad box, List<Quad> boxes)
    {
        if (!WasCut)
        {
            boxes.Add(box);
        }
    }

    /// <summary>
    /// Vatti clipping with distance area * ratio / perimeter; around a rectangle that is each side moved outwards.
    /// </summary>
    private static RotatedRectangle Unclip(RotatedRectangle core)
    {
        float perimeter = 2 * (core.Width + core.Height);
        return core.Grow(core.Width * core.Height * UnclipRatio / perimeter);
    }

    private static Quad ToPage(RotatedRectangle rectangle, float scaleX, float scaleY, PageImage page)
    {
        var quad = rectangle.ToQuad();
        return new Quad(
            Scale(quad.TopLeft, scaleX, scaleY, page),
            Scale(quad.TopRight, scaleX, scaleY, page),
            Scale(quad.BottomRight, scaleX, scaleY, page),
            Scale(quad.BottomLeft, scaleX, scaleY, page)
        );
    }

    private static PagePoint Scale(PagePoint point, float scaleX, float scaleY, PageImage page) =>
        new(Math.Clamp(point.X * scaleX, 0, page.Width), Math.Clamp(point.Y * scaleY, 0, page.Height));
}
