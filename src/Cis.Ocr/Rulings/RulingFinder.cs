using System.Numerics;
using Cis.Layout;
using Cis.Pages;

namespace Cis.Ocr.Rulings;

/// <summary>
/// Finds the lines drawn on a page, as around the cells of a table: runs of pixels darker than those a few pixels away
/// on both sides, chained where scanning or a slant has broken them. One pass over the page, in a few milliseconds.
/// </summary>
internal sealed class RulingFinder
{
    // Gray lines on paper are 60 levels darker than it, the noise of a JPEG is 10 to 20.
    private const byte Contrast = 40;

    // Rulings are a point wide, 3 pixels at 200 dpi; what is as dark three pixels away is a filled area.
    private const int PixelsOfSide = 550;
    private const int MinimumReach = 3;

    // In line heights: more than a character's strokes have, less than the height of two rows.
    private const float MinimumLength = 2;
    private const int LeastLength = 32;

    // The counters' range; pages are no higher than 32,766 pixels but for strips, whose rulings are cut there.
    private static readonly Vector<short> s_longest = new(short.MaxValue - 1);

    private readonly RunChain _across = new();
    private readonly RunChain _down = new();
    private byte[] _rows = [];
    private byte[] _mask = [];
    private short[] _lengths = [];

    /// <summary>Finds the rulings of a page that may have a table: whose lines stand side by side.</summary>
    /// <param name="page">The page's pixels.</param>
    /// <param name="lines">The lines read on it.</param>
    /// <param name="rulings">Receives them, in the page's frame.</param>
    public void Find(PageImage page, IReadOnlyList<DirectedLine> lines, List<Ruling> rulings)
    {
        rulings.Clear();
        if (SideBySide.In(lines))
        {
            float[] heights = [.. lines.Select(line => line.Line.Box.Height)];
            Array.Sort(heights);
            Find(page, Math.Max(LeastLength, (int)(MinimumLength * heights[heights.Length / 2])), rulings);
        }
    }

    /// <summary>Finds them on any page.</summary>
    /// <param name="page">The page's pixels.</param>
    /// <param name="minimum">The least length of a ruling, in pixels.</param>
    /// <param name="rulings">Receives them, in the page's frame.</param>
    internal void Find(PageImage page, int minimum, List<Ruling> rulings)
    {
        int reach = Math.Max(MinimumReach, Math.Max(page.Width, page.Height) / PixelsOfSide);
        Prepare(page.Width, 2 * reach + 1);
        // A slant of a degree leaves runs of 57 pixels of a line one pixel wide.
        int run = Math.Max(minimum / 2, 4 * reach);
        for (int y = 0; y < page.Height; y++)
        {
            Load(page, y, 2 * reach + 1);
            int middle = y - reach;
            if (middle >= reach)
            {
                ScanAcross(middle, reach, page.Width, run);
                ScanDown(middle, reach, page.Width, run);
            }
        }

        EndDown(page.Height, page.Width, run);
        _across.Take(minimum, (at, start, end) => rulings.Add(new Ruling(new(start, at), new(end, at))));
        _down.Take(minimum, (at, start, end) => rulings.Add(new Ruling(new(at, start), new(at, end))));
    }

    private void Prepare(int width, int rows)
    {
        _rows = new byte[width * rows];
        _mask = new byte[width];
        _lengths = new short[width];
        _across.Clear();
        _down.Clear();
    }

    /// <summary>Keeps the last rows as gray ones: green alone, which is most of what the eye sees.</summary>
    private void Load(PageImage page, int y, int kept)
    {
        ReadOnlySpan<byte> pixels = page.Row(y);
        Span<byte> row = RowAt(y, page.Width, kept);
        if (page.Channels == 1)
        {
            pixels.CopyTo(row);
            return;
        }

        for (int x = 0, at = 1; x < row.Length; x++, at += 3)
        {
            row[x] = pixels[at];
        }
    }

    private Span<byte> RowAt(int y, int width, int kept) => _rows.AsSpan(y % kept * width, width);

    private void ScanAcross(int y, int reach, int width, int run)
    {
        int kept = 2 * reach + 1;
        DarkerThanBoth(RowAt(y, width, kept), RowAt(y - reach, width, kept), RowAt(y + reach, width, kept), _mask);
        ReadOnlySpan<byte> mask = _mask;
        for (int x = 0; x <= width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            // Text has no dark stretch as long as that, so that most of a page is passed here.
            if (Vector.EqualsAll(new Vector<byte>(mask[x..]), Vector<byte>.AllBitsSet))
            {
                int start = mask[..x].LastIndexOfAnyExcept(byte.MaxValue) + 1;
                int end = EndOfRun(mask, x);
                if (end - start >= run)
                {
                    _across.Add(y, start, end);
                }

                x = end;
            }
        }
    }

    /// <summary>A run goes on behind a pixel or two that noise has left white.</summary>
    private static int EndOfRun(ReadOnlySpan<byte> mask, int start)
    {
        int end = start;
        while (end < mask.Length)
        {
            int length = mask[end..].IndexOfAnyExcept(byte.MaxValue);
            end = length < 0 ? mask.Length : end + length;
            if (end + 2 >= mask.Length || (mask[end + 1] | mask[end + 2]) == 0)
            {
                return end;
            }

            end += mask[end + 1] != 0 ? 1 : 2;
        }

        return end;
    }

    private void ScanDown(int y, int reach, int width, int run)
    {
        ReadOnlySpan<byte> row = RowAt(y, width, 2 * reach + 1);
        Span<byte> mask = _mask.AsSpan(reach, width - 2 * reach);
        DarkerThanBoth(row[reach..^reach], row[..^(2 * reach)], row[(2 * reach)..], mask);
        int x = reach;
        for (; x <= width - reach - 1 - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            // A line that slants by a pixel is the same line.
            Vector<byte> near =
                new Vector<byte>(_mask, x - 1) | new Vector<byte>(_mask, x) | new Vector<byte>(_mask, x + 1);
            Vector.Widen(Vector.AsVectorSByte(near), out Vector<short> first, out Vector<short> second);
            Count(x, y, first, run);
            Count(x + Vector<short>.Count, y, second, run);
        }
    }

    /// <summary>Lengthens the runs of columns that are dark in this row, and ends the others.</summary>
    private void Count(int x, int y, Vector<short> dark, int run)
    {
        var lengths = new Vector<short>(_lengths, x);
        if (Vector.GreaterThanAny(Vector.AndNot(lengths, dark), new Vector<short>((short)(run - 1))))
        {
            for (int i = 0; i < Vector<short>.Count; i++)
            {
                if (dark[i] == 0 && lengths[i] >= run)
                {
                    _down.Add(x + i, y - lengths[i], y);
                }
            }
        }

        (Vector.Min(lengths, s_longest) - dark & dark).CopyTo(_lengths, x);
    }

    private void EndDown(int y, int width, int run)
    {
        for (int x = 0; x < width; x++)
        {
            if (_lengths[x] >= run)
            {
                _down.Add(x, y - _lengths[x], y);
            }
        }
    }

    /// <summary>Sets a byte of the mask where a pixel is darker than both others; clears it elsewhere.</summary>
    private static void DarkerThanBoth(
        ReadOnlySpan<byte> row,
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b,
        Span<byte> mask
    )
    {
        var contrast = new Vector<byte>(Contrast);
        int x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            var lighter = Vector.Min(new Vector<byte>(a[x..]), new Vector<byte>(b[x..]));
            Vector<byte> dark = new(row[x..]);
            Vector<byte> difference = Vector.Max(lighter, dark) - dark;
            Vector.GreaterThan(difference, contrast).CopyTo(mask[x..]);
        }

        for (; x < row.Length; x++)
        {
            mask[x] = Math.Min(a[x], b[x]) - row[x] > Contrast ? byte.MaxValue : (byte)0;
        }
    }
}
