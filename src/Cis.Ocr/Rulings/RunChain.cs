namespace Cis.Ocr.Rulings;

/// <summary>Joins runs of dark pixels of neighboring rows (or columns) to straight lines.</summary>
internal sealed class RunChain
{
    // A page of pictures or hatching has no use for its rulings; a bound on the work.
    private const int MaximumRuns = 20_000;

    // Pixels: how far off the next run of a line may lie, across it and along it.
    private const int Aside = 3;
    private const int Gap = 12;

    // A line of some length is no thicker than this part of it, slant and all: 5 degrees.
    private const float MaximumSlope = 0.09f;
    private const int Thickness = 8;

    private readonly List<Line> _open = [];
    private readonly List<Line> _done = [];
    private readonly List<(int At, int Start, int End)> _runs = [];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _open.Clear();
        _done.Clear();
        _runs.Clear();
    }

    /// <summary>Adds a run.</summary>
    public void Add(int at, int start, int end)
    {
        if (_runs.Count <= MaximumRuns)
        {
            _runs.Add((at, start, end));
        }
    }

    /// <summary>Gives the lines: place, start and end.</summary>
    public void Take(int minimum, Action<float, float, float> line)
    {
        if (_runs.Count > MaximumRuns)
        {
            return;
        }

        _runs.Sort();
        foreach ((int at, int start, int end) in _runs)
        {
            Join(at, start, end);
        }

        _done.AddRange(_open);
        foreach (Line found in _done)
        {
            int length = found.End - found.Start;
            if (length >= minimum && found.Last - found.First <= MathF.Max(Thickness, MaximumSlope * length))
            {
                line((found.First + found.Last) / 2f, found.Start, found.End);
            }
        }
    }

    private void Join(int at, int start, int end)
    {
        Line? joined = null;
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            Line open = _open[i];
            if (at - open.Last > Aside)
            {
                _done.Add(open);
                _open.RemoveAt(i);
            }
            else if (start <= open.End + Gap && end >= open.Start - Gap)
            {
                if (joined is null)
                {
                    joined = open;
                    open.Extend(open.First, at, start, end);
                }
                else
                {
                    joined.Extend(open.First, at, open.Start, open.End);
                    _open.RemoveAt(i);
                }
            }
        }

        if (joined is null)
        {
            _open.Add(new Line(at, start, end));
        }
    }

    private sealed class Line(int at, int start, int end)
    {
        public int First { get; private set; } = at;

        public int Last { get; private set; } = at;

        public int Start { get; private set; } = start;

        public int End { get; private set; } = end;

        public void Extend(int first, int last, int start, int end)
        {
            First = Math.Min(First, first);
            Last = last;
            Start = Math.Min(Start, start);
            End = Math.Max(End, end);
        }
    }
}
