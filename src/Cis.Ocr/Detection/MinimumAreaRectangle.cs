using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// The rectangle of least area around a region: one of its sides lies on a side of the convex hull (Freeman and
/// Shapira, 1975), so the hull's sides are tried one by one. Hull by Andrew's monotone chain (1979), over the runs' ends,
/// which come sorted by row. Regions have tens of hull points: nothing is gained by turning calipers.
/// </summary>
internal sealed class MinimumAreaRectangle
{
    private PagePoint[] _points = new PagePoint[256];
    private PagePoint[] _hull = new PagePoint[256];

    /// <summary>Fits the rectangle around the centers of a region's pixels.</summary>
    public RotatedRectangle Fit(ReadOnlySpan<PixelRun> component)
    {
        int count = CollectRowEnds(component);
        ReadOnlySpan<PagePoint> hull = BuildHull(_points.AsSpan(0, count));
        RotatedRectangle best = Enclose(hull, 1, 0);
        float bestArea = best.Width * best.Height;
        for (int i = 0; i < hull.Length; i++)
        {
            PagePoint from = hull[i];
            PagePoint to = hull[(i + 1) % hull.Length];
            float length = from.DistanceTo(to);
            if (length == 0)
            {
                continue;
            }

            RotatedRectangle candidate = Enclose(hull, (to.X - from.X) / length, (to.Y - from.Y) / length);
            if (candidate.Width * candidate.Height < bestArea)
            {
                (best, bestArea) = (candidate, candidate.Width * candidate.Height);
            }
        }

        return best.Upright();
    }

    /// <summary>Only the outermost pixels of a row can be on the hull.</summary>
    private int CollectRowEnds(ReadOnlySpan<PixelRun> component)
    {
        int count = 0;
        int i = 0;
        while (i < component.Length)
        {
            (int row, int start, int end) = component[i];
            while (++i < component.Length && component[i].Row == row)
            {
                end = component[i].End;
            }

            if (count + 2 > _points.Length)
            {
                Array.Resize(ref _points, count * 2);
            }

            _points[count++] = new(start, row);
            _points[count++] = new(end, row);
        }

        return count;
    }

    /// <summary>The hull of points sorted by y, then x.</summary>
    private ReadOnlySpan<PagePoint> BuildHull(ReadOnlySpan<PagePoint> points)
    {
        if (_hull.Length < points.Length * 2)
        {
            _hull = new PagePoint[points.Length * 2];
        }

        int count = 0;
        for (int i = 0; i < points.Length; i++)
        {
            count = Push(points[i], count, 0);
        }

        int lower = count - 1;
        for (int i = points.Length - 2; i >= 0; i--)
        {
            count = Push(points[i], count, lower);
        }

        return _hull.AsSpan(0, Math.Max(1, count - 1));
    }

    private int Push(PagePoint point, int count, int floor)
    {
        while (count >= floor + 2 && Cross(_hull[count - 2], _hull[count - 1], point) <= 0)
        {
            count--;
        }

        _hull[count] = point;
        return count + 1;
    }

    private static float Cross(PagePoint origin, PagePoint a, PagePoint b) =>
        (a.X - origin.X) * (b.Y - origin.Y) - (a.Y - origin.Y) * (b.X - origin.X);

    private static RotatedRectangle Enclose(ReadOnlySpan<PagePoint> hull, float axisX, float axisY)
    {
        float minAlong = float.MaxValue;
        float maxAlong = float.MinValue;
        float minAcross = float.MaxValue;
        float maxAcross = float.MinValue;
        foreach (PagePoint point in hull)
        {
            float along = point.X * axisX + point.Y * axisY;
            float across = point.Y * axisX - point.X * axisY;
            minAlong = MathF.Min(minAlong, along);
            maxAlong = MathF.Max(maxAlong, along);
            minAcross = MathF.Min(minAcross, across);
            maxAcross = MathF.Max(maxAcross, across);
        }

        float middleAlong = (minAlong + maxAlong) / 2;
        float middleAcross = (minAcross + maxAcross) / 2;
        var center = new PagePoint(
            middleAlong * axisX - middleAcross * axisY,
            middleAlong * axisY + middleAcross * axisX
        );
        return new RotatedRectangle(center, axisX, axisY, maxAlong - minAlong, maxAcross - minAcross);
    }
}
