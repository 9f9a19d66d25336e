using Cis.Pages;

namespace Cis.Layout;

/// <summary>How far a page's text is turned from the upright, so that rows and columns can be sought along the axes.</summary>
internal static class PageSkew
{
    // The box of a short line has no direction to speak of: a descender tips it by degrees.
    private const float MinimumAspect = 5;

    // An upright page; more than this is a slanted stamp or a diagonal watermark.
    private static readonly float s_maximumAngle = MathF.PI / 12;

    // A word in a cell has a direction that is right to a few degrees; many of them have one that is right to one. The
    // box of a number of three digits lies along the axes whichever way it stands.
    private const float ShortAspect = 2;

    /// <summary>
    /// The median direction of the long lines, each counted by its length; where most of the text is short, as in a table,
    /// the angle near the short boxes' own at which most of them stand in rows.
    /// </summary>
    /// <returns>Radians, positive where lines fall to the right; 0 where no line is long enough to tell.</returns>
    public static float Estimate(IReadOnlyList<DirectedLine> lines)
    {
        var all = new List<(float Angle, float Length)>(lines.Count);
        var longOnes = new List<(float Angle, float Length)>(lines.Count);
        var rows = new RowAlignment();
        foreach (DirectedLine line in lines)
        {
            (float angle, float length, float thickness) = line.Vertical
                ? Downwards(line.Line.Box)
                : Along(line.Line.Box);
            if (MathF.Abs(angle) > s_maximumAngle)
            {
                continue;
            }

            if (!line.Vertical)
            {
                rows.Add(line.Line.Box);
            }

            if (length >= ShortAspect * thickness)
            {
                all.Add((angle, length));
            }

            if (length >= MinimumAspect * thickness)
            {
                longOnes.Add((angle, length));
            }
        }

        float skew = WeightedMedian(longOnes);
        return Total(longOnes) > 0 && Total(longOnes) * 2 >= Total(all)
            ? skew
            : rows.Refine(skew, WeightedMedian(all), all.Count);
    }

    private static float Total(List<(float Angle, float Length)> angles)
    {
        float total = 0;
        foreach ((_, float length) in angles)
        {
            total += length;
        }

        return total;
    }

    private static float WeightedMedian(List<(float Angle, float Length)> angles)
    {
        angles.Sort(static (a, b) => a.Angle.CompareTo(b.Angle));
        float total = Total(angles);
        float passed = 0;
        foreach ((float angle, float length) in angles)
        {
            passed += length;
            if (passed * 2 >= total)
            {
                return angle;
            }
        }

        return 0;
    }

    private static (float Angle, float Length, float Thickness) Along(Quad box)
    {
        float dx = box.TopRight.X - box.TopLeft.X + box.BottomRight.X - box.BottomLeft.X;
        float dy = box.TopRight.Y - box.TopLeft.Y + box.BottomRight.Y - box.BottomLeft.Y;
        return (MathF.Atan2(dy, dx), box.Width, box.Height);
    }

    /// <summary>A vertical line's box, whichever of its corners is named first: its sides run down the page.</summary>
    private static (float Angle, float Length, float Thickness) Downwards(Quad box)
    {
        bool namedUpright = MathF.Abs(box.TopRight.Y - box.TopLeft.Y) < MathF.Abs(box.TopRight.X - box.TopLeft.X);
        PagePoint from = box.TopLeft;
        PagePoint to = namedUpright ? box.BottomLeft : box.TopRight;
        (float dx, float dy) = to.Y >= from.Y ? (to.X - from.X, to.Y - from.Y) : (from.X - to.X, from.Y - to.Y);
        return (MathF.Atan2(-dx, dy), MathF.Max(box.Width, box.Height), MathF.Min(box.Width, box.Height));
    }
}
