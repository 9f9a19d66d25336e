using System.Buffers;
using System.Numerics.Tensors;

namespace Cis.Ocr.Detection;

/// <summary>A small page in strips from top to bottom, and what tells print in them: see <see cref="PrintEstimate"/>.</summary>
internal sealed class PageStrips : IDisposable
{
    // From line to line, in pixels of the small page.
    internal const int LeastStep = 3;
    private const int LargestStep = 40;

    // Several words wide on a page of running text, half a word on a thumbnail.
    private const int Strips = 16;
    private const int NarrowestStrip = 6;

    // What is looked at together; fewer pixels are in step by chance.
    private const int LinesOfWindow = 5;
    private const int LeastWindow = 24;

    // Of 1: how alike the brightness of a strip is a line further down, and in the strip beside it. Print has 0.7 and
    // more, noise 0.2.
    private const float InStep = 0.6f;

    // Along a line of ink brightness varies by this part of its swing from line to line at least: blurred print does by
    // a third, a ruling by nothing. Between two lines it varies half as much at most.
    private const float LeastVariation = 0.2f;
    private const float MostBetween = 0.5f;

    // Blur fills what is between two lines with ink before it takes the lines away.
    private const float MostBetweenBlurred = 0.9f;

    // The change from one pixel to the next, of the deviation along the row: 0.7 and more in print and in texture.
    private const float MostChangeOfBlurred = 0.3f;

    // Of 1: how alike a line is to the next, or the one after it. Words differ, and have 0.3 at most; patterns have 0.9.
    private const float MostAlike = 0.5f;

    private readonly SmallPage _page;
    private readonly float[] _means; // of each strip, row by row
    private readonly float[] _spreads; // the deviation along the row
    private readonly float[] _swings; // the means without what changes slowly

    private PageStrips(SmallPage page, int count)
    {
        (_page, Count) = (page, count);
        _means = ArrayPool<float>.Shared.Rent(count * page.Height);
        _spreads = ArrayPool<float>.Shared.Rent(count * page.Height);
        _swings = ArrayPool<float>.Shared.Rent(count * page.Height);
        for (int strip = 0; strip < count; strip++)
        {
            Measure(strip);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>In pixels.</summary>
    public int Height => _page.Height;

    /// <summary>The widest step between two lines of which a window has room.</summary>
    public int MostStep => Math.Min(LargestStep, Height / (LinesOfWindow + 1));

    /// <summary>Cuts a page; null where it is too small for a few lines.</summary>
    public static PageStrips? Of(SmallPage page) =>
        page.Width >= NarrowestStrip * Strips && page.Height >= 2 * LeastWindow ? new PageStrips(page, Strips) : null;

    /// <summary>How many rows are looked at together.</summary>
    public static int WindowOf(int step) => Math.Max(LinesOfWindow * step, LeastWindow);

    /// <summary>Gives its memory back to the pool.</summary>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_means);
        ArrayPool<float>.Shared.Return(_spreads);
        ArrayPool<float>.Shared.Return(_swings);
    }

    /// <summary>Leaves of the means what changes over less than two lines.</summary>
    public void Detrend(int step)
    {
        for (int strip = 0; strip < Count; strip++)
        {
            Detrend(_means.AsSpan(strip * Height, Height), step, _swings.AsSpan(strip * Height, Height));
        }
    }

    /// <summary>Whether a window of a strip holds print with lines so far apart as it was detrended for.</summary>
    /// <param name="strip">From 0.</param>
    /// <param name="top">The window's first row.</param>
    /// <param name="step">From line to line.</param>
    /// <param name="besideLast">It must be in step with the strip before it.</param>
    public bool IsPrint(int strip, int top, int step, bool besideLast)
    {
        int window = WindowOf(step);
        ReadOnlySpan<float> swings = _swings.AsSpan(strip * Height + top, window + step);
        return Likeness(swings[..window], swings[step..]) >= InStep
            && (!besideLast || Likeness(swings[..window], _swings.AsSpan((strip - 1) * Height + top, window)) >= InStep)
            && VariesInInk(strip, top, step)
            && !IsRepeated(strip, top, step)
            && !IsRepeated(strip, top, 2 * step);
    }

    private void Measure(int strip)
    {
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> row = Row(strip, y);
            float mean = TensorPrimitives.Sum(row) / row.Length;
            float square = TensorPrimitives.SumOfSquares(row) / row.Length;
            _means[strip * Height + y] = mean;
            _spreads[strip * Height + y] = MathF.Sqrt(MathF.Max(0, square - mean * mean));
        }
    }

    private ReadOnlySpan<float> Row(int strip, int y) =>
        _page.Row(y, strip * _page.Width / Count, (strip + 1) * _page.Width / Count);

    private static void Detrend(ReadOnlySpan<float> means, int step, Span<float> swings)
    {
        float sum = 0;
        int from = 0;
        int to = 0;
        for (int y = 0; y < means.Length; y++)
        {
            while (to < Math.Min(means.Length, y + step + 1))
            {
                sum += means[to++];
            }

            while (from < y - step)
            {
                sum -= means[from++];
            }

            swings[y] = means[y] - sum / (to - from);
        }
    }

    private static float Likeness(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float both = TensorPrimitives.SumOfSquares(a) * TensorPrimitives.SumOfSquares(b);
        return both > 0 ? TensorPrimitives.Dot(a, b) / MathF.Sqrt(both) : 0;
    }

    /// <summary>Whether brightness varies along the rows of ink, and much less along those between.</summary>
    private bool VariesInInk(int strip, int top, int step)
    {
        Span<float> spreads = stackalloc float[LargestStep];
        Span<float> swings = stackalloc float[LargestStep];
        spreads = spreads[..step];
        swings = swings[..step];
        spreads.Clear();
        swings.Clear();
        int lines = WindowOf(step) / step;
        for (int y = 0; y < lines * step; y++)
        {
            spreads[y % step] += _spreads[strip * Height + top + y] / lines;
            swings[y % step] += _swings[strip * Height + top + y] / lines;
        }

        float inInk = TensorPrimitives.Max<float>(spreads);
        float between = TensorPrimitives.Min<float>(spreads);
        float swing = TensorPrimitives.Max<float>(swings) - TensorPrimitives.Min<float>(swings);
        return IsBlurred(strip, top, step)
            ? inInk >= LeastVariation * swing && between <= MostBetweenBlurred * inInk
            : inInk - between >= LeastVariation * swing && between <= MostBetween * inInk;
    }

    private bool IsBlurred(int strip, int top, int step)
    {
        float change = 0;
        float spread = 0;
        for (int y = top; y < top + WindowOf(step); y++)
        {
            ReadOnlySpan<float> row = Row(strip, y);
            for (int x = 1; x < row.Length; x++)
            {
                change += (row[x] - row[x - 1]) * (row[x] - row[x - 1]);
            }

            spread += row.Length * _spreads[strip * Height + y] * _spreads[strip * Height + y];
        }

        return change <= MostChangeOfBlurred * MostChangeOfBlurred * spread;
    }

    /// <summary>Whether what stands so many rows further down looks the same, as in a pattern.</summary>
    private bool IsRepeated(int strip, int top, int rows)
    {
        float product = 0;
        float first = 0;
        float second = 0;
        int end = Math.Min(top + WindowOf(rows), Height - rows);
        for (int y = top; y < end; y++)
        {
            ReadOnlySpan<float> row = Row(strip, y);
            ReadOnlySpan<float> below = Row(strip, y + rows);
            float mean = _means[strip * Height + y];
            float meanBelow = _means[strip * Height + y + rows];
            for (int x = 0; x < row.Length; x++)
            {
                product += (row[x] - mean) * (below[x] - meanBelow);
                first += (row[x] - mean) * (row[x] - mean);
                second += (below[x] - meanBelow) * (below[x] - meanBelow);
            }
        }

        return first == 0 || second == 0 || product > MostAlike * MathF.Sqrt(first * second);
    }
}
