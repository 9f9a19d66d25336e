namespace Cis.Documents.Pdf;

/// <summary>Whether a viewer shows a piece of text.</summary>
internal enum TextSight
{
    /// <summary>It does: nothing that could hide it was found.</summary>
    Shown,

    /// <summary>Something might hide it: drawing the page with and without it tells.</summary>
    Doubtful,

    /// <summary>It does not.</summary>
    Hidden,
}

/// <summary>A text object as the page draws it.</summary>
/// <param name="handle">PDFium's.</param>
/// <param name="order">When the page draws it.</param>
/// <param name="parent">From the units of the form that it stands in to those of the page.</param>
/// <param name="isInForm">Whether it stands in a form.</param>
internal sealed class PaintedText(nint handle, int order, FsMatrix parent, bool isInForm)
{
    internal nint Handle => handle;

    internal int Order => order;

    internal FsMatrix Parent => parent;

    internal bool IsInForm => isInForm;

    private PageRectangle _bounds;
    private bool _hasGlyph;

    /// <summary>Around its glyphs, in page pixels.</summary>
    internal PageRectangle? Bounds => _hasGlyph ? _bounds : null;

    /// <summary>The height of its tallest glyph, in page pixels.</summary>
    internal float GlyphHeight { get; private set; }

    internal TextSight Sight { get; set; }

    /// <summary>Blue, green and red of its letters if they are opaque and of one color; else -1.</summary>
    internal (int B, int G, int R) Color { get; set; } = NoColor;

    internal static (int B, int G, int R) NoColor => (-1, -1, -1);

    internal FontLetters? Font { get; set; }

    internal void Add(in PageRectangle glyph, float height)
    {
        _bounds = _hasGlyph ? _bounds.Union(glyph) : glyph;
        _hasGlyph = true;
        GlyphHeight = MathF.Max(GlyphHeight, height);
    }
}

/// <summary>An area that something other than text was painted on.</summary>
/// <param name="Order">When.</param>
/// <param name="Box">In page pixels.</param>
/// <param name="Ground">The lightness of what is there afterwards, or <see cref="AnyLightness"/>.</param>
internal readonly record struct PaintedArea(int Order, PageRectangle Box, int Ground)
{
    /// <summary>An image, a pattern, something that lets through what is below.</summary>
    internal const int AnyLightness = -1;

    internal const int White = 255;

    /// <summary>0 to 255, as in gray television (ITU-R BT.601).</summary>
    internal static int Lightness(uint r, uint g, uint b) => (int)((299 * r + 587 * g + 114 * b) / 1000);
}
