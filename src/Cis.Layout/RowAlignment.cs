using Cis.Pages;

namespace Cis.Layout;

/// <summary>Finds the angle at which boxes stand in rows: the one at which most pairs of them have the same height on the page.</summary>
internal sealed class RowAlignment
{
    // Fewer boxes stand in rows at any angle.
    private const int FewestBoxes = 8;

    // A bound on the work: of more boxes every second, third or so is taken.
    private const int MostBoxes = 1500;

    // Radians: how far the boxes' own directions may be off, how far a page without any is turned, and how fine the
    // search is: 0.1 degrees are 3 pixels on A4.
    private const float Reach = 3 * MathF.PI / 180;
    private const float FarReach = 6 * MathF.PI / 180;
    private const float Step = 0.1f * MathF.PI / 180;

    // In box heights: what stands in one row. Rows are at least one apart.
    private const float SameRow = 0.25f;

    // A page whose rows are as good upright is upright: what is gained by turning must be more than chance.
    private const float Gain = 1.15f;

    private readonly List<(float X, float Y)> _middles = [];
    private readonly List<float> _heights = [];

    /// <summary>Adds a box.</summary>
    public void Add(Quad box)
    {
        _middles.Add(((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2));
        _heights.Add(box.Height);
    }

    /// <summary>The best angle near one.</summary>
    /// <param name="skew">What is taken where no other is clearly better.</param>
    /// <param name="near">Where to look: the boxes' own direction.</param>
    /// <param name="directed">How many of them have one.</param>
    public float Refine(float skew, float near, int directed)
    {
        if (_middles.Count < FewestBoxes)
        {
            return skew;
        }

        _heights.Sort();
        float tolerance = SameRow * _heights[_heights.Count / 2];
        float[] ys = new float[_middles.Count / Stride + 1];
        // At the best angles all rows are told apart: the middle of those is taken.
        (float first, float last) = (skew, skew);
        float most = CountPairs(skew, tolerance, ys) * Gain;
        (float middle, float reach) = directed >= FewestBoxes ? (near, Reach) : (0, FarReach);
        for (float angle = middle - reach; angle <= middle + reach; angle += Step)
        {
            int pairs = CountPairs(angle, tolerance, ys);
            if (pairs > most)
            {
                (first, last, most) = (angle, angle, pairs);
            }
            else if (pairs == most)
            {
                last = angle;
            }
        }

        return (first + last) / 2;
    }

    private int Stride => (_middles.Count + MostBoxes - 1) / MostBoxes;

    private int CountPairs(float angle, float tolerance, float[] ys)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        int count = 0;
        for (int i = 0; i < _middles.Count; i += Stride)
        {
            ys[count++] = _middles[i].Y * cos - _middles[i].X * sin;
        }

        Array.Sort(ys, 0, count);
        int pairs = 0;
        int first = 0;
        for (int i = 0; i < count; i++)
        {
            while (ys[i] - ys[first] > tolerance)
            {
                first++;
            }

            pairs += i - first;
        }

        return pairs;
    }
}
