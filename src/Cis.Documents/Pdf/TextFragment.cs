using System.Runtime.InteropServices;

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

    private readonly List<TextGlyph> _glyphs = [];
    private bool _isVertical;
    private float? _glyphHeight;

    internal TextFragment(TextGlyph first) => Append(first);

    /// <summary>Its glyphs.</summary>
    internal ReadOnlySpan<TextGlyph> Glyphs => CollectionsMarshal.AsSpan(_glyphs);

    /// <summary>How many of its glyphs stand apart from the one before, as words do.</summary>
    internal int WideGaps { get; private set; }

    /// <summary>Its box in the frame of <see cref="Direction"/>.</summary>
    internal PixelBox Frame { get; private set; }

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
        TextFragment? current = null;
        foreach (TextGlyph glyph in glyphs)
        {
            if (current is null || !current.TryAppend(glyph))
            {
                current = new TextFragment(glyph);
                fragments.Add(current);
            }
        }

        return fragments;
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
        for (int i = 0; i < next._glyphs.Count; i++)
        {
            TextGlyph glyph = next._glyphs[i];
            Append(i == 0 ? glyph with { SpaceBefore = true } : glyph);
        }
    }

    private float MedianHeight()
    {
        Span<float> heights = _glyphs.Count <= 256 ? stackalloc float[_glyphs.Count] : new float[_glyphs.Count];
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] = _glyphs[i].Height;
        }

        heights.Sort();
        return heights[heights.Length / 2];
    }

    private bool TryAppend(TextGlyph glyph)
    {
        TextGlyph last = _glyphs[^1];
        if (
            glyph.Direction != last.Direction
            || glyph.IsTilted != last.IsTilted
            || !(ContinuesRow(last, glyph) || ContinuesColumn(last, glyph))
        )
        {
            return false;
        }

        Append(glyph);
        return true;
    }

    private void Append(TextGlyph glyph)
    {
        _glyphHeight = null;
        if (_glyphs.Count > 0)
        {
            WideGaps += glyph.Frame.Left - _glyphs[^1].Frame.Right > TextLayerPage.WordGap * glyph.Height ? 1 : 0;
        }

        Frame = _glyphs.Count == 0 ? glyph.Frame : Frame.Union(glyph.Frame);
        _glyphs.Add(glyph);
    }

    private bool ContinuesRow(TextGlyph last, TextGlyph glyph)
    {
        if (_isVertical || !SharesRow(last.Frame, glyph.Frame))
        {
            return false;
        }

        float height = MathF.Max(last.Height, glyph.Height);
        float gap = glyph.Frame.Left - last.Frame.Right;
        return gap <= WideGap * height
            && (gap >= -BackStep * height - last.Frame.Width || Script.IsRightToLeft(glyph.CodePoint));
    }

    private bool ContinuesColumn(TextGlyph last, TextGlyph glyph)
    {
        bool undecided = _glyphs.Count == 1 || _isVertical;
        float size = MathF.Max(last.Frame.Width, glyph.Frame.Width);
        float drift = MathF.Abs(Middle(glyph.Frame) - Middle(last.Frame));
        float step = glyph.Frame.Top - last.Frame.Top;
        bool continues =
            undecided
            && Script.IsCjk(last.CodePoint)
            && drift < ColumnDrift * size
            && step > 0
            && step < ColumnStep * size;
        _isVertical |= continues;
        return continues;
    }

    private static float Middle(PixelBox box) => (box.Left + box.Right) / 2;

    private static bool SharesRow(PixelBox a, PixelBox b)
    {
        float overlap = MathF.Min(a.Bottom, b.Bottom) - MathF.Max(a.Top, b.Top);
        return overlap > RowOverlap * MathF.Min(a.Height, b.Height);
    }
}
