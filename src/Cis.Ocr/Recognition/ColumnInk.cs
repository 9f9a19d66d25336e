namespace Cis.Ocr.Recognition;

/// <summary>The ink of a column's crop, as blots of pixels that touch. One per engine; its memory is used again.</summary>
internal sealed class ColumnInk
{
    // Thin strokes are gray in a crop: what is darker than this between ink and paper belongs to them.
    private const float Paper = 0.65f;

    private readonly List<InkBlot> _blots = [];
    private readonly Stack<int> _open = new();
    private bool[] _ink = [];
    private int _width;

    /// <summary>Takes a column's crop.</summary>
    public void Load(ColumnCrop crop)
    {
        _width = crop.Width;
        int pixels = _width * LineCropper.Height;
        if (_ink.Length < pixels)
        {
            _ink = new bool[pixels];
        }

        (float darkest, float lightest, float mean) = Range(crop);
        float threshold = darkest + (lightest - darkest) * Paper;
        // Most of a column is paper, so white print on black has its mean on the dark side.
        bool darkPaper = mean < (darkest + lightest) / 2;
        if (darkPaper)
        {
            threshold = lightest - (lightest - darkest) * Paper;
        }

        for (int y = 0; y < LineCropper.Height; y++)
        {
            ReadOnlySpan<float> row = crop.Row(y);
            Span<bool> ink = _ink.AsSpan(y * _width, _width);
            for (int x = 0; x < _width; x++)
            {
                ink[x] = row[x] < threshold != darkPaper;
            }
        }
    }

    /// <summary>The blots that begin between two columns of the crop; each pixel is given out once.</summary>
    /// <param name="from">The first column.</param>
    /// <param name="to">The column after the last.</param>
    /// <param name="stretch">What the crop was squeezed by: the roundness is that of the page.</param>
    public List<InkBlot> Take(int from, int to, float stretch)
    {
        _blots.Clear();
        (from, to) = (Math.Clamp(from, 0, _width), Math.Clamp(to, 0, _width));
        for (int x = from; x < to; x++)
        {
            for (int y = 0; y < LineCropper.Height; y++)
            {
                if (_ink[y * _width + x])
                {
                    _blots.Add(TakeBlot(y * _width + x, stretch));
                }
            }
        }

        return _blots;
    }

    private static (float Darkest, float Lightest, float Mean) Range(ColumnCrop crop)
    {
        (float darkest, float lightest, float sum) = (1, -1, 0);
        for (int y = 0; y < LineCropper.Height; y++)
        {
            foreach (float value in crop.Row(y))
            {
                darkest = MathF.Min(darkest, value);
                lightest = MathF.Max(lightest, value);
                sum += value;
            }
        }

        return (darkest, lightest, sum / (crop.Width * LineCropper.Height));
    }

    private InkBlot TakeBlot(int start, float stretch)
    {
        var moments = new Moments(stretch);
        (int left, int top, int right, int bottom) = (int.MaxValue, int.MaxValue, 0, 0);
        _ink[start] = false;
        _open.Push(start);
        while (_open.TryPop(out int pixel))
        {
            (int y, int x) = Math.DivRem(pixel, _width);
            moments.Add(x, y);
            (left, right) = (Math.Min(left, x), Math.Max(right, x + 1));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y + 1));
            OpenNeighbors(x, y);
        }

        return new InkBlot(left, top, right, bottom, moments.Count, moments.Ratio);
    }

    private void OpenNeighbors(int x, int y)
    {
        for (int row = Math.Max(0, y - 1); row <= Math.Min(LineCropper.Height - 1, y + 1); row++)
        {
            for (int column = Math.Max(0, x - 1); column <= Math.Min(_width - 1, x + 1); column++)
            {
                int neighbor = row * _width + column;
                if (_ink[neighbor])
                {
                    _ink[neighbor] = false;
                    _open.Push(neighbor);
                }
            }
        }
    }

    /// <summary>Sums over a blot's pixels, from which its second moments come.</summary>
    private struct Moments(float stretch)
    {
        private double _x,
            _y,
            _xx,
            _xy,
            _yy;

        public int Count { get; private set; }

        /// <summary>The larger of the two principal second moments over the smaller: 1 is round.</summary>
        public readonly float Ratio
        {
            get
            {
                // A pixel is a square of its own, with moments of 1/12.
                double xx = _xx / Count - _x * _x / Count / Count + stretch * stretch / 12;
                double yy = _yy / Count - _y * _y / Count / Count + 1 / 12.0;
                double xy = _xy / Count - _x * _y / Count / Count;
                double mean = (xx + yy) / 2;
                double spread = Math.Sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
                return (float)((mean + spread) / Math.Max(1e-6, mean - spread));
            }
        }

        public void Add(int column, int y)
        {
            double x = column * stretch;
            Count++;
            _x += x;
            _y += y;
            _xx += x * x;
            _xy += x * y;
            _yy += (double)y * y;
        }
    }
}
