using System.Drawing;

namespace Cis.Ocr.Detection;

/// <summary>
/// The parts of a large map that the detector is run on one by one. Each sees a margin around the part it fills, so that
/// a line at a seam looks to it as it does to the neighbor; the map is then whole, and has no seams for boxes.
/// </summary>
internal static class DetectorTiles
{
    /// <summary>What a tile sees beyond its own part: more than a line and the white around it.</summary>
    public const int Margin = 64;

    // An A4 page as the detector sees it.
    private const int Side = 960;
    private const int Pixels = 960 * 672;

    /// <summary>How large the parts are, but for those at the right and bottom.</summary>
    public static Size SizeFor(DetectorSize map)
    {
        int width = Math.Min(map.Width, Side);
        int height = Math.Min(map.Height, Round(Pixels / width));
        return new Size(Math.Min(map.Width, Round(Pixels / height)), height);
    }

    /// <summary>What a tile sees of the map.</summary>
    public static Rectangle WithMargin(Rectangle part, DetectorSize map) =>
        Rectangle.Intersect(Rectangle.Inflate(part, Margin, Margin), new Rectangle(0, 0, map.Width, map.Height));

    private static int Round(int side) => side / DetectorSize.Multiple * DetectorSize.Multiple;
}
