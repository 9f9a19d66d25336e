using System.Runtime.CompilerServices;

namespace Cis.Documents.Pdf;

/// <summary>
/// Tells from a text object's state, its color, its clip, its layer and what is painted over and under it whether a
/// viewer shows it, as far as that can be told without drawing.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class TextSightJudge(
    PdfiumNative pdfium,
    PageSurvey survey,
    PageGeometry geometry,
    bool mayHaveLayers
)
{
    // ISO 32000-1, table 106: these paint nothing.
    private const int Invisible = 3;
    private const int ClipOnly = 7;

    // Of 255. Light gray print has 50; what is less is looked at.
    private const int PlainContrast = 48;

    // In points, ascent to descent: type of 1 point, which no viewer shows as more than a hair.
    private const float TooSmall = 1.6f;

    // Of a line's height, at its top and bottom: what overlaps no more hides no letters.
    private const float Margin = 0.2f;

    // Comparisons of one text object with what is painted; a bound on what a crafted page can ask for.
    private const int MaxComparisons = 5_000_000;

    private int _comparisons;

    internal TextSight Judge(PaintedText text)
    {
        int mode = pdfium.GetTextRenderMode(text.Handle);
        if (mode is Invisible or ClipOnly || text.Bounds is not { } bounds || IsTooSmall(text))
        {
            return TextSight.Hidden;
        }

        int lightness = LightnessOf(text, mode, out bool transparent);
        if (transparent)
        {
            return TextSight.Hidden;
        }

        bool plain =
            lightness != PaintedArea.AnyLightness
            && !IsOnLayer(text)
            && IsWithinClip(text, bounds)
            && IsPlainlySeen(text.Order, Shrink(bounds), lightness);
        return plain ? TextSight.Shown : TextSight.Doubtful;
    }

    private bool IsTooSmall(PaintedText text) => text.GlyphHeight < TooSmall * geometry.Dpi / 72;

    /// <summary>The lightness of the letters if they are opaque and of one color.</summary>
    private int LightnessOf(PaintedText text, int mode, out bool transparent)
    {
        uint r,
            g,
            b,
            a;
        // Modes 1 and 5 draw the letters' outlines only.
        bool known =
            (mode & 3) == 1
                ? pdfium.GetStrokeColor(text.Handle, &r, &g, &b, &a) != 0
                : pdfium.GetFillColor(text.Handle, &r, &g, &b, &a) != 0;
        transparent = known && a == 0 && (mode & 3) != 2;
        if (!known || a != byte.MaxValue || pdfium.HasTransparency(text.Handle) != 0)
        {
            return PaintedArea.AnyLightness;
        }

        text.Color = ((int)b, (int)g, (int)r);
        return PaintedArea.Lightness(r, g, b);
    }

    /// <summary>Whether it stands on an optional-content layer, or might: PDFium does not tell the layer of a form.</summary>
    private bool IsOnLayer(PaintedText text)
    {
        if (!mayHaveLayers)
        {
            return false;
        }

        int marks = text.IsInForm ? 0 : pdfium.CountMarks(text.Handle);
        for (int i = 0; i < marks; i++)
        {
            if (IsLayerMark(pdfium.GetMark(text.Handle, (uint)i)))
            {
                return true;
            }
        }

        return text.IsInForm;
    }

    private bool IsLayerMark(nint mark)
    {
        const int NameChars = 8;
        char* name = stackalloc char[NameChars];
        uint bytes = 0;
        return pdfium.GetMarkName(mark, name, NameChars * sizeof(char), &bytes) != 0
            && bytes == 3 * sizeof(char)
            && new ReadOnlySpan<char>(name, 2).SequenceEqual("OC");
    }

    /// <summary>Whether all clips are upright rectangles that hold the text.</summary>
    private bool IsWithinClip(PaintedText text, PageRectangle bounds)
    {
        nint clip = pdfium.GetClipPath(text.Handle);
        int paths = pdfium.CountClipPaths(clip);
        PageRectangle inner = Shrink(bounds);
        for (int i = 0; i < paths; i++)
        {
            if (RectangleOf(clip, i, text.Parent) is not { } box || !Contains(box, inner))
            {
                return false;
            }
        }

        return true;
    }

    private PageRectangle? RectangleOf(nint clip, int path, FsMatrix parent)
    {
        const int LineTo = 0;
        const int MoveTo = 2;
        int segments = pdfium.CountClipSegments(clip, path);
        if (segments is < 4 or > 6)
        {
            return null;
        }

        var corners = default(PageRectangle?);
        PagePointPair last = default;
        for (int i = 0; i < segments; i++)
        {
            nint segment = pdfium.GetClipSegment(clip, path, i);
            float x,
                y;
            if (
                pdfium.GetSegmentType(segment) is not (LineTo or MoveTo)
                || pdfium.GetSegmentPoint(segment, &x, &y) == 0
                || (i > 0 && x != last.X && y != last.Y)
            )
            {
                return null;
            }

            last = new PagePointPair(x, y);
            var point = new FsMatrix { E = x, F = y };
            PageRectangle box = PageSurvey.BoxOf(geometry, PageSurvey.Multiply(point, parent));
            corners = corners?.Union(box) ?? box;
        }

        return corners;
    }

    /// <summary>Whether nothing is painted over it, and it stands out from what is painted under it.</summary>
    private bool IsPlainlySeen(int order, PageRectangle text, int lightness)
    {
        _comparisons += survey.Painted.Count;
        if (survey.IsOverpainted || _comparisons > MaxComparisons)
        {
            return false;
        }

        int ground = PaintedArea.White;
        foreach (
            ref readonly PaintedArea area in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(survey.Painted)
        )
        {
            if (!Overlaps(area.Box, text))
            {
                continue;
            }

            if (area.Order > order)
            {
                return false;
            }

            ground = Contains(area.Box, text) || area.Ground == ground ? area.Ground : PaintedArea.AnyLightness;
        }

        return ground != PaintedArea.AnyLightness && Math.Abs(ground - lightness) >= PlainContrast;
    }

    private static PageRectangle Shrink(PageRectangle box)
    {
        float margin = Margin * MathF.Min(box.Width, box.Height);
        return new PageRectangle(box.Left + margin, box.Top + margin, box.Right - margin, box.Bottom - margin);
    }

    private static bool Overlaps(PageRectangle a, PageRectangle b) =>
        a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;

    private static bool Contains(PageRectangle outer, PageRectangle inner) =>
        outer.Left <= inner.Left
        && outer.Right >= inner.Right
        && outer.Top <= inner.Top
        && outer.Bottom >= inner.Bottom;

    private readonly record struct PagePointPair(float X, float Y);
}
