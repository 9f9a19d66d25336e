namespace Cis.Documents.Pdf;

/// <summary>A run of glyphs that stand in one row without a wide gap, in the page's own order.</summary>
internal sealed class TextFragment
{
    // In units of glyph height, ascent to descent, which is about 1.15 em.
    // A gap this wide parts columns and cells; justified lines stay below it.
    private const float WideGap = 1.5f;

    // Overprinting steps back by less, a new line or column by far more.
    private const float BackStep = 0.8f;

    // Superscripts and subscripts share at least this much of their height with the row.
    private const float RowOverlap = 0.4f;

    // A vertical line steps down by one em and hardly sideways.
    private const float ColumnDrift = 0.35f;
    private const float ColumnStep = 2f;

    private readonly bool _isVertical;
    private TextGlyph[] _glyphs;
    private int _count;
    private float? _glyphHeight;

    private TextFragment(TextGlyph[] glyphs, bool isVertical)
    {
        (_glyphs, _count, _isVertical, Frame) = (glyphs, glyphs.Length, isVertical, glyphs[0].Frame);
        Measure(1);
    }

    /// <summary>Its glyphs.</summary>
    internal ReadOnlySpan<TextGlyph> Glyphs => _glyphs.AsSpan(0, _count);

    /// <summary>How many of its glyphs stand apart from the one before, as words do.</summary>
    internal int WideGaps { get; private set; }

    /// <summary>Its box in the frame of <see cref="Direction"/>.</summary>
    internal PageRectangle Frame { get; private set; }

    internal TextDirection Direction => _glyphs[0].Direction;

    /// <summary>Whether it stands aslant.</summary>
    internal bool IsTilted => _glyphs[0].IsTilted;

    /// <summary>Whether it is set from top to bottom, as Japanese may be.</summary>
    internal bool IsVertical => _isVertical;

    /// <summary>The usual height of its glyphs: the median, so that one large initial does not count.</summary>
    internal float GlyphHeight => _glyphHeight ??= MedianHeight();

    /// <summary>Groups glyphs into fragments.</summary>
    internal static List<TextFragment> Split(ReadOnlySpan<TextGlyph> glyphs)
    {
        var fragments = new List<TextFragment>();
        for (int start = 0; start < glyphs.Length; )
        {
            // Its end first: an array of the right size, in place of a list that grows.
            int end = EndOf(glyphs, start, out bool isVertical);
            fragments.Add(new TextFragment(glyphs[start..end].ToArray(), isVertical));
            start = end;
        }

        return fragments;
    }

    private static int EndOf(ReadOnlySpan<TextGlyph> glyphs, int start, out bool isVertical)
    {
        isVertical = false;
        int end = start + 1;
        while (end < glyphs.Length && Continues(glyphs[end - 1], glyphs[end], end - start == 1, ref isVertical))
        {
            end++;
        }

        return end;
    }

    /// <summary>Whether another fragment stands in the same row, further on.</summary>
    internal bool IsFollowedInRowBy(TextFragment next) =>
        !_isVertical
        && !next._isVertical
        && next.Direction == Direction
        && !IsTilted
        && !next.IsTilted
        && SharesRow(Frame, next.Frame)
        && next.Frame.Left >= Frame.Right - BackStep * GlyphHeight;

    /// <summary>Whether both run in one direction, along rows or both down.</summary>
    internal bool IsSetLike(TextFragment other) => other.Direction == Direction && other._isVertical == _isVertical;

    /// <summary>How far down the page it stands from another row, in units of glyph height; less than 0 is up.</summary>
    internal float StepFrom(TextFragment last) =>
        (Frame.Bottom - last.Frame.Bottom) / MathF.Max(1, MathF.Max(last.GlyphHeight, GlyphHeight));

    /// <summary>Takes a fragment of the same row in, with a space between.</summary>
    internal void Join(TextFragment next)
    {
        int joint = _count;
        _count += next._count;
        if (_count > _glyphs.Length)
        {
            // Twice as long each time: a row may be made of thousands of pieces.
            Array.Resize(ref _glyphs, Math.Max(_count, 2 * _glyphs.Length));
        }

        next.Glyphs.CopyTo(_glyphs.AsSpan(joint));
        _glyphs[joint] = _glyphs[joint] with { SpaceBefore = true };
        _glyphHeight = null;
        Measure(joint);
    }

    /// <summary>Takes the glyphs from one on into its box and its count of gaps.</summary>
    private void Measure(int first)
    {
        PageRectangle frame = Frame;
        for (int i = first; i < _count; i++)
        {
            ref readonly TextGlyph glyph = ref _glyphs[i];
            WideGaps += glyph.Frame.Left - _glyphs[i - 1].Frame.Right > TextLayerPage.WordGap * glyph.Height ? 1 : 0;
            frame = frame.Union(glyph.Frame);
        }

        Frame = frame;
    }

    private float MedianHeight()
    {
        Span<float> heights = _count <= 256 ? stackalloc float[_count] : new float[_count];
        bool areEqual = true;
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] = _glyphs[i].Height;
            areEqual &= heights[i] == heights[0];
        }

        if (areEqual)
        {
            return heights[0];
        }

        heights.Sort();
        return heights[heights.Length / 2];
    }

    private static bool Continues(in TextGlyph last, in TextGlyph glyph, bool isSecond, ref bool isVertical)
    {
        if (glyph.Direction != last.Direction || glyph.IsTilted != last.IsTilted)
        {
            return false;
        }

        if (!isVertical && ContinuesRow(last, glyph))
        {
            return true;
        }

        bool continues = (isSecond || isVertical) && ContinuesColumn(last, glyph);
        isVertical |= continues;
        return continues;
    }

    private static bool ContinuesRow(in TextGlyph last, in TextGlyph glyph)
    {
        if (!SharesRow(last.Frame, glyph.Frame))
        {
            return false;
        }

        float height = MathF.Max(last.Height, glyph.Height);
        float gap = glyph.Frame.Left - last.Frame.Right;
        return gap <= WideGap * height
            && (gap >= -BackStep * height - last.Frame.Width || CharacterKind.IsRightToLeft(glyph.CodePoint));
    }

    private static bool ContinuesColumn(in TextGlyph last, in TextGlyph glyph)
    {
        float size = MathF.Max(last.Frame.Width, glyph.Frame.Width);
        float drift = MathF.Abs(Middle(glyph.Frame) - Middle(last.Frame));
        float step = glyph.Frame.Top - last.Frame.Top;
        return CharacterKind.IsCjk(last.CodePoint)
            && drift < ColumnDrift * size
            && step > 0
            && step < ColumnStep * size;
    }

    private static float Middle(in PageRectangle box) => (box.Left + box.Right) / 2;

    private static bool SharesRow(in PageRectangle a, in PageRectangle b)
    {
        float overlap = MathF.Min(a.Bottom, b.Bottom) - MathF.Max(a.Top, b.Top);
        return overlap > RowOverlap * MathF.Min(a.Height, b.Height);
    }
}
