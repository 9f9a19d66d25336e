using System.Numerics.Tensors;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// Finds what may be glyphs by the pixels alone: connected regions of ink of about a glyph's size and shape. The page
/// goes by in bands of blocks; in each block the lesser part of the pixels, on one side of the middle between its
/// darkest and its brightest, is ink: dark on light or light on dark. It holds one band and the regions that touch it.
/// </summary>
internal sealed class InkFinder
{
    // Larger print than this the first look sees on any page.
    private const int Block = 64;
    private const int SmallestMark = 4;
    private const int LargestMark = Block;

    // Letters and ideographs are about as wide as high; i, l and joined words say less of their size.
    private const float MostAspect = 2.5f;

    // Every second row tells a block's ink from its paper.
    private const int JudgedRows = 2;

    // Paper, shadows and JPEG's noise stay below.
    private const int LeastContrast = 24;

    // So does the texture of paper, against the page's print: in a scan of it a block without print has a fifth of the
    // contrast of one with print, and its grain would pass for thousands of glyphs. A twentieth of a page is a few lines.
    private const float LeastOfPrint = 1 / 3f;
    private const float PrintedShare = 0.05f;

    // A page of print so small that more could be read has fewer; a bound for pages of noise, 5 MB.
    private const int MostMarks = 300_000;

    private readonly List<InkMark> _marks = [];
    private byte[] _band = [];
    private byte[] _limits = [];
    private bool[] _inkIsDark = [];
    private readonly int[] _blocksOf = new int[256]; // by their contrast
    private readonly List<byte> _contrasts = []; // of the blocks, row by row
    private int _columns;
    private RegionTable _regions = new();

    /// <summary>Finds the marks of a page, from its top down; valid until the next call.</summary>
    public List<InkMark> Find(PageImage page)
    {
        Begin(page.Width);
        for (int top = 0; top < page.Height && _marks.Count < MostMarks; top += Block)
        {
            int rows = Math.Min(Block, page.Height - top);
            LoadBand(page, top, rows);
            JudgeBlocks(page.Width, rows);
            for (int y = 0; y < rows; y++)
            {
                AddRow(_band.AsSpan(y * page.Width, page.Width), top + y);
            }

            _regions.Retire(Emit);
        }

        _regions.RetireAll(Emit);
        // What the first bands took for ink, before there was any print.
        int least = LeastInkContrast();
        _marks.RemoveAll(mark => ContrastAt(mark) < least);
        return _marks;
    }

    private byte ContrastAt(InkMark mark) =>
        _contrasts[(int)mark.CenterY / Block * _columns + Math.Min(_columns - 1, (int)mark.CenterX / Block)];

    /// <summary>The least contrast of a block with ink, as far as the page is known.</summary>
    private int LeastInkContrast()
    {
        int rest = (int)(PrintedShare * _contrasts.Count);
        int contrast = 255;
        while (contrast > 0 && (rest -= _blocksOf[contrast]) >= 0)
        {
            contrast--;
        }

        return Math.Max(LeastContrast, (int)(LeastOfPrint * contrast));
    }

    private void Begin(int width)
    {
        _marks.Clear();
        _contrasts.Clear();
        Array.Clear(_blocksOf);
        _regions = new RegionTable();
        int blocks = (width + Block - 1) / Block;
        _columns = blocks;
        if (_band.Length < width * Block)
        {
            _band = new byte[width * Block];
            _limits = new byte[blocks];
            _inkIsDark = new bool[blocks];
        }
    }

    private void LoadBand(PageImage page, int top, int rows)
    {
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> from = page.Row(top + y);
            Span<byte> to = _band.AsSpan(y * page.Width, page.Width);
            if (page.Channels == 1)
            {
                from.CopyTo(to);
                continue;
            }

            for (int x = 0; x < to.Length; x++)
            {
                // Near enough to luminance to tell ink from paper.
                to[x] = (byte)((from[3 * x] + 2 * from[3 * x + 1] + from[3 * x + 2]) >> 2);
            }
        }
    }

    private void JudgeBlocks(int width, int rows)
    {
        int least = LeastInkContrast();
        for (int left = 0, i = 0; left < width; left += Block, i++)
        {
            (_limits[i], _inkIsDark[i]) = JudgeBlock(left, Math.Min(Block, width - left), width, rows, least);
        }
    }

    private (byte Limit, bool InkIsDark) JudgeBlock(int left, int columns, int width, int rows, int least)
    {
        byte darkest = 255;
        byte brightest = 0;
        for (int y = 0; y < rows; y += JudgedRows)
        {
            ReadOnlySpan<byte> row = _band.AsSpan(y * width + left, columns);
            darkest = Math.Min(darkest, TensorPrimitives.Min(row));
            brightest = Math.Max(brightest, TensorPrimitives.Max(row));
        }

        byte contrast = (byte)(brightest - darkest);
        _contrasts.Add(contrast);
        _blocksOf[contrast]++;
        if (contrast < least)
        {
            return (0, true);
        }

        byte middle = (byte)((darkest + brightest + 1) / 2);
        int dark = 0;
        int judged = 0;
        for (int y = 0; y < rows; y += JudgedRows)
        {
            dark += CountBelow(_band.AsSpan(y * width + left, columns), middle);
            judged += columns;
        }

        return (middle, dark * 2 <= judged);
    }

    private static int CountBelow(ReadOnlySpan<byte> row, byte limit)
    {
        int count = 0;
        foreach (byte pixel in row)
        {
            count += pixel < limit ? 1 : 0;
        }

        return count;
    }

    private void AddRow(ReadOnlySpan<byte> row, int y)
    {
        _regions.BeginRow();
        int start = -1;
        for (int left = 0, i = 0; left < row.Length; left += Block, i++)
        {
            int end = Math.Min(left + Block, row.Length);
            (byte limit, bool inkIsDark) = (_limits[i], _inkIsDark[i]);
            if (limit == 0)
            {
                Close(left);
                continue;
            }

            for (int x = left; x < end; x++)
            {
                if (row[x] < limit == inkIsDark)
                {
                    start = start < 0 ? x : start;
                }
                else if (start >= 0)
                {
                    Close(x);
                }
            }
        }

        Close(row.Length);

        void Close(int end)
        {
            if (start >= 0)
            {
                _regions.Add(y, start, end - 1);
                start = -1;
            }
        }
    }

    private void Emit(InkMark mark)
    {
        int shorter = Math.Min(mark.Width, mark.Height);
        if (
            mark.Size is >= SmallestMark and <= LargestMark
            && mark.Size <= shorter * MostAspect
            && _marks.Count < MostMarks
        )
        {
            _marks.Add(mark);
        }
    }
}
