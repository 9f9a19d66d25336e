using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// What of a page the detector has not seen for its smallness: marks of ink that stand in lines like glyphs, and that no
/// box explains. A box explains what lies in it if it is about as high as a line of such glyphs; one far higher is
/// several lines of print too small to part, and one of a few pixels of the detector's is not to be relied on, nor one
/// whose letters are: neighboring lines run together there, and each box holds a part of the next line.
/// </summary>
internal sealed class UnseenPrint
{
    // In pixels of the page: the raster on which boxes are looked up.
    private const int Cell = 16;

    // A line's box is 2 to 2.7 times as high as its largest letter; two lines in one box are 4 and more.
    private const float MostHeightOfBox = 3.5f;

    // In the detector's pixels; boxes of 7-point print on A4 are 10.9.
    private const float LeastHeightOfBox = 9;

    // In the detector's pixels: a capital of 4-point print on A4. Lines of smaller print are found, but not where they end.
    private const float LeastLetter = 4;

    // So many small marks in a line are not the dots and serifs of a headline.
    private const int PrintInside = 5;

    private readonly LineUp _lineUp = new();
    private readonly List<InkMark> _unseen = [];
    private readonly List<int> _sizes = [];
    private int[] _boxAt = [];
    private int[] _largestIn = [];
    private int[] _unseenIn = [];
    private bool[] _isLarge = [];
    private int _columns;

    /// <summary>The marks that no box explains and that stand in lines; valid until the next call.</summary>
    public List<InkMark> Marks => _unseen;

    /// <summary>
    /// The size of the smallest common print among them, in pixels of the page: about its x-height, with one mark of
    /// four smaller than it.
    /// </summary>
    public float Size
    {
        get
        {
            _sizes.Clear();
            foreach (InkMark mark in _unseen)
            {
                _sizes.Add(mark.Size);
            }

            _sizes.Sort();
            return _sizes.Count == 0 ? 0 : _sizes[_sizes.Count / 4];
        }
    }

    /// <summary>Compares a page's ink with its boxes.</summary>
    /// <param name="page">For its size.</param>
    /// <param name="marks">Of the page.</param>
    /// <param name="boxes">As detected.</param>
    /// <param name="scale">The detector's pixels to one of the page's.</param>
    public void Find(PageImage page, List<InkMark> marks, List<Quad> boxes, float scale)
    {
        DrawBoxes(page, boxes, scale);
        _largestIn = new int[boxes.Count];
        foreach (InkMark mark in marks)
        {
            if (BoxAt(mark) is >= 0 and int box)
            {
                _largestIn[box] = Math.Max(_largestIn[box], mark.Size);
            }
        }

        _unseen.Clear();
        foreach (InkMark mark in marks)
        {
            int box = BoxAt(mark);
            if (
                box < 0
                || _largestIn[box] * MostHeightOfBox < Across(boxes[box])
                || _largestIn[box] * scale < LeastLetter
            )
            {
                _unseen.Add(mark);
            }
        }

        _lineUp.Keep(_unseen);
        CountUnseen(boxes.Count);
    }

    /// <summary>Whether a box is one line, and large enough to rely on.</summary>
    public bool IsSeen(int box) => _isLarge[box] && _unseenIn[box] < PrintInside;

    private void CountUnseen(int boxes)
    {
        _unseenIn = new int[boxes];
        foreach (InkMark mark in _unseen)
        {
            if (BoxAt(mark) is >= 0 and int box)
            {
                _unseenIn[box]++;
            }
        }
    }

    private static float Across(Quad box) => MathF.Min(box.Width, box.Height);

    private int BoxAt(InkMark mark) => _boxAt[(int)mark.CenterY / Cell * _columns + (int)mark.CenterX / Cell] - 1;

    private void DrawBoxes(PageImage page, List<Quad> boxes, float scale)
    {
        _columns = page.Width / Cell + 1;
        int rows = page.Height / Cell + 1;
        if (_boxAt.Length < _columns * rows)
        {
            _boxAt = new int[_columns * rows];
        }

        Array.Clear(_boxAt);
        _isLarge = new bool[boxes.Count];
        for (int i = 0; i < boxes.Count; i++)
        {
            _isLarge[i] = Across(boxes[i]) * scale >= LeastHeightOfBox;
            if (_isLarge[i])
            {
                Draw(boxes[i], i + 1, rows);
            }
        }
    }

    /// <summary>The cells that a box touches, row by row: a slanted one's are not those of its bounds.</summary>
    private void Draw(Quad box, int number, int rows)
    {
        int last = Math.Min(rows - 1, (int)box.Bottom / Cell);
        for (int row = Math.Max(0, (int)box.Top / Cell); row <= last; row++)
        {
            (float left, float right) = BoxScore.RowSpan(box, (row + 0.5f) * Cell, Cell / 2f);
            int from = Math.Max(0, (int)left / Cell);
            int to = Math.Min(_columns - 1, (int)right / Cell);
            if (left <= right && from <= to)
            {
                _boxAt.AsSpan(row * _columns + from, to - from + 1).Fill(number);
            }
        }
    }
}
