using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Brings what was found of a page at one resolution to another: a page is drawn finer than was asked for where its images
/// hold more.
/// </summary>
internal static class RegionScale
{
    /// <summary>The regions at the resolution that the page is drawn at.</summary>
    internal static IReadOnlyList<PageRegion> Apply(
        IReadOnlyList<PageRegion> regions,
        PageGeometry from,
        PageGeometry to
    )
    {
        if (regions.Count == 0 || (from.Width == to.Width && from.Height == to.Height))
        {
            return regions;
        }

        var scale = new Scale(to.Width / (float)from.Width, to.Height / (float)from.Height);
        return [.. regions.Select(region => Of(region, scale))];
    }

    private static PageRegion Of(PageRegion region, Scale scale) =>
        region with
        {
            Box = Of(region.Box, scale),
            Lines = [.. region.Lines.Select(line => line with { Line = Of(line.Line, scale) })],
        };

    private static TextLine Of(TextLine line, Scale scale) =>
        line with
        {
            Box = Of(line.Box, scale),
            Words = [.. line.Words.Select(word => word with { Box = Of(word.Box, scale) })],
        };

    private static Quad Of(Quad box, Scale scale) =>
        new(Of(box.TopLeft, scale), Of(box.TopRight, scale), Of(box.BottomRight, scale), Of(box.BottomLeft, scale));

    private static PagePoint Of(PagePoint point, Scale scale) => new(point.X * scale.X, point.Y * scale.Y);

    private readonly record struct Scale(float X, float Y);
}
