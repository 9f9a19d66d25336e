using System.Numerics.Tensors;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>How sure the detector is of a box: the mean probability inside it (PaddleOCR's <c>box_score_fast</c>).</summary>
internal static class BoxScore
{
    // A rectangle's own first and last row lie exactly on its corners.
    private const float HalfPixel = 0.5f;

    /// <summary>The mean of the map's values whose pixel centers lie in the rectangle.</summary>
    public static float Mean(ReadOnlySpan<float> map, DetectorSize size, RotatedRectangle rectangle)
    {
        var quad = rectangle.ToQuad();
        int top = Math.Clamp((int)MathF.Floor(quad.Top), 0, size.Height - 1);
        int bottom = Math.Clamp((int)MathF.Ceiling(quad.Bottom), 0, size.Height - 1);
        float sum = 0;
        int count = 0;
        for (int y = top; y <= bottom; y++)
        {
            (float left, float right) = RowSpan(quad, y, HalfPixel);
            int start = Math.Max(0, (int)MathF.Round(left));
            int end = Math.Min(size.Width - 1, (int)MathF.Round(right));
            if (left <= right && start <= end)
            {
                sum += TensorPrimitives.Sum(map.Slice(y * size.Width + start, end - start + 1));
                count += end - start + 1;
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    /// <summary>Where a row crosses a convex quadrilateral; left is larger than right where it does not.</summary>
    /// <param name="quad">The quadrilateral.</param>
    /// <param name="y">The row.</param>
    /// <param name="tolerance">How far an edge may end from the row.</param>
    public static (float Left, float Right) RowSpan(Quad quad, float y, float tolerance)
    {
        float left = float.MaxValue;
        float right = float.MinValue;
        CrossEdge(quad.TopLeft, quad.TopRight, y, tolerance, ref left, ref right);
        CrossEdge(quad.TopRight, quad.BottomRight, y, tolerance, ref left, ref right);
        CrossEdge(quad.BottomRight, quad.BottomLeft, y, tolerance, ref left, ref right);
        CrossEdge(quad.BottomLeft, quad.TopLeft, y, tolerance, ref left, ref right);
        return (left, right);
    }

    private static void CrossEdge(PagePoint a, PagePoint b, float y, float tolerance, ref float left, ref float right)
    {
        if (y < MathF.Min(a.Y, b.Y) - tolerance || y > MathF.Max(a.Y, b.Y) + tolerance)
        {
            return;
        }

        float along = a.Y == b.Y ? 0 : Math.Clamp((y - a.Y) / (b.Y - a.Y), 0, 1);
        float x = a.X + along * (b.X - a.X);
        left = MathF.Min(left, a.Y == b.Y ? MathF.Min(a.X, b.X) : x);
        right = MathF.Max(right, a.Y == b.Y ? MathF.Max(a.X, b.X) : x);
    }
}
