namespace Cis.Documents.Pdf;

/// <summary>
/// Finds the shape of one glyph in a drawn line: the ink that hangs together with that in the middle of its box. Slanted
/// glyphs reach into the boxes of their neighbors.
/// </summary>
/// <param name="room">Room for a mark for each pixel of the line.</param>
/// <param name="width">The line's.</param>
internal readonly ref struct GlyphShape(Span<byte> room, int width)
{
    // Of 255: less is no print.
    private const int LeastInk = 60;
    private const int Edge = 100;

    // A digit has 100 to 400 pixels.
    private const int MostInk = 4096;

    private const byte Unmarked = 0;
    private const byte Ink = 1;
    private const byte Fringe = 2;

    private readonly Span<byte> _room = room;

    /// <summary>Finds the shape.</summary>
    /// <param name="pixels">The line, in gray.</param>
    /// <param name="left">Where the glyph's box begins.</param>
    /// <param name="right">Where it ends.</param>
    /// <param name="shape">Receives the cells of <see cref="DigitShapes"/>.</param>
    internal bool TryFind(ReadOnlySpan<byte> pixels, int left, int right, Span<byte> shape)
    {
        if (right <= left)
        {
            return false;
        }

        Span<byte> marks = _room[..pixels.Length];
        marks.Clear();
        int ground = pixels[left];
        int most = MostInkIn(pixels, left, right, ground);
        Span<int> ink = stackalloc int[MostInk];
        int count =
            most < LeastInk ? 0 : Mark(pixels, marks, (left, right), (ground, Edge * most / byte.MaxValue), ink);
        if (count == 0)
        {
            return false;
        }

        Box box = BoxOf(ink[..count]);
        for (int cell = 0; cell < DigitShapes.Cells; cell++)
        {
            (int row, int column) = Math.DivRem(cell, DigitShapes.Side);
            float share = InkIn(pixels, marks, ground, box.Part(column, row)) / most;
            int level = (int)MathF.Round(share * DigitShapes.Levels);
            shape[cell] = (byte)(DigitShapes.White + Math.Min(level, DigitShapes.Levels));
        }

        return true;
    }

    private int MostInkIn(ReadOnlySpan<byte> pixels, int left, int right, int ground)
    {
        int most = 0;
        for (int row = 0; row < pixels.Length; row += width)
        {
            foreach (byte pixel in pixels.Slice(row + left, right - left))
            {
                most = Math.Max(most, Math.Abs(pixel - ground));
            }
        }

        return most;
    }

    /// <summary>Marks the ink that hangs together with that in the middle half of the box, and the pixels beside it.</summary>
    /// <returns>How many pixels of it there are; 0 for too many.</returns>
    private int Mark(
        ReadOnlySpan<byte> pixels,
        Span<byte> marks,
        (int Left, int Right) box,
        (int Ground, int Edge) levels,
        Span<int> ink
    )
    {
        int count = 0;
        int quarter = (box.Right - box.Left) / 4;
        for (int row = 0; row < pixels.Length; row += width)
        {
            for (int x = box.Left + quarter; x < box.Right - quarter; x++)
            {
                if (Math.Abs(pixels[row + x] - levels.Ground) > levels.Edge && count < MostInk)
                {
                    marks[row + x] = Ink;
                    ink[count++] = row + x;
                }
            }
        }

        for (int next = 0; next < count; next++)
        {
            (int y, int x) = Math.DivRem(ink[next], width);
            for (int at = 0; at < 9; at++)
            {
                (int toY, int toX) = (y + at / 3 - 1, x + at % 3 - 1);
                int neighbor = toY * width + toX;
                if (toX < 0 || toX >= width || toY < 0 || neighbor >= pixels.Length || marks[neighbor] == Ink)
                {
                    continue;
                }

                if (Math.Abs(pixels[neighbor] - levels.Ground) <= levels.Edge)
                {
                    marks[neighbor] = Fringe;
                    continue;
                }

                if (count == MostInk)
                {
                    return 0;
                }

                marks[neighbor] = Ink;
                ink[count++] = neighbor;
            }
        }

        return count;
    }

    private Box BoxOf(ReadOnlySpan<int> ink)
    {
        (int left, int top, int right, int bottom) = (width, int.MaxValue, 0, 0);
        foreach (int pixel in ink)
        {
            (int y, int x) = Math.DivRem(pixel, width);
            (left, right) = (Math.Min(left, x), Math.Max(right, x + 1));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y + 1));
        }

        return new Box(left, top, right, bottom);
    }

    /// <summary>The mean difference from the ground in a cell, whose edges may lie within pixels.</summary>
    private float InkIn(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> marks, int ground, Box cell)
    {
        float ink = 0;
        for (int y = (int)cell.Top; y < cell.Bottom; y++)
        {
            float height = MathF.Min(cell.Bottom, y + 1) - MathF.Max(cell.Top, y);
            for (int x = (int)cell.Left; x < cell.Right; x++)
            {
                if (marks[y * width + x] != Unmarked)
                {
                    float share = height * (MathF.Min(cell.Right, x + 1) - MathF.Max(cell.Left, x));
                    ink += share * Math.Abs(pixels[y * width + x] - ground);
                }
            }
        }

        return ink / ((cell.Right - cell.Left) * (cell.Bottom - cell.Top));
    }

    private readonly record struct Box(float Left, float Top, float Right, float Bottom)
    {
        internal Box Part(int column, int row)
        {
            (float width, float height) = ((Right - Left) / DigitShapes.Side, (Bottom - Top) / DigitShapes.Side);
            return new Box(
                Left + column * width,
                Top + row * height,
                Left + (column + 1) * width,
                Top + (row + 1) * height
            );
        }
    }
}
