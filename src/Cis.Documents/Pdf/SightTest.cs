using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Draws a page with and without the text that may be hidden: text is visible where that changes pixels. At the size of
/// a screen, for what is not seen there is not seen.
/// </summary>
internal sealed unsafe class SightTest(PdfiumNative pdfium, PageRenderer renderer)
{
    // Text of 7 points is 10 pixels high then.
    private const double Dpi = 100;

    // Of the glyphs' boxes: letters fill a tenth to a fifth of theirs, a full stop a fiftieth.
    private const double ShownShare = 0.01;

    // Of a line's height: small letters fill half of it. Less is the tail of a letter below the box that hides it.
    private const double LeastOfLetter = 0.25;

    // Hebrew, and what follows: scripts with letters that are but a stroke.
    private const int FirstOfOtherScripts = 0x590;

    // Of the ground under a text, in its own color; letters of a dense scan leave three fifths of it white.
    private const double MostAlike = 0.55;
    private const int Neighbors = 5;

    // Of its width, on either side of a glyph's box, where its neighbor's ink may reach.
    private const float Side = 0.15f;

    /// <summary>Decides what was doubtful.</summary>
    /// <returns>For each glyph of the layer, whether it is shown.</returns>
    internal bool[] Look(
        PdfPageHandle page,
        PdfFormHandle? forms,
        PageGeometry geometry,
        TextLayer layer,
        CancellationToken token
    )
    {
        PageGeometry small = geometry.At(Dpi);
        using var with = new PageImage();
        using var without = new PageImage();
        renderer.Render(page, forms, small, PixelFormat.Bgr24, with, token);
        SetActive(layer, false);
        try
        {
            renderer.Render(page, forms, small, PixelFormat.Bgr24, without, token);
        }
        finally
        {
            SetActive(layer, true);
        }

        return Compare(
            layer,
            with,
            without,
            (float)small.Width / geometry.Width,
            (float)small.Height / geometry.Height
        );
    }

    /// <summary>For each glyph of a layer without doubtful text, whether it is shown.</summary>
    internal static bool[] Judged(TextLayer layer)
    {
        bool[] shown = new bool[layer.Glyphs.Length];
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = IsShown(layer, layer.Glyphs[i]);
        }

        return shown;
    }

    private static bool IsShown(TextLayer layer, TextGlyph glyph) =>
        glyph.Text < 0 || layer.Texts[glyph.Text].Sight == TextSight.Shown;

    private void SetActive(TextLayer layer, bool active)
    {
        foreach (PaintedText text in layer.Texts)
        {
            if (text.Sight == TextSight.Doubtful && !pdfium.IsLost)
            {
                pdfium.SetIsActive(text.Handle, active ? 1 : 0);
            }
        }
    }

    private static bool[] Compare(TextLayer layer, PageImage with, PageImage without, float scaleX, float scaleY)
    {
        var changes = new GlyphChange[layer.Glyphs.Length];
        var counts = new (int Changed, int Area)[layer.Texts.Count];
        for (int i = 0; i < changes.Length; i++)
        {
            TextGlyph glyph = layer.Glyphs[i];
            if (IsDoubtful(layer, glyph))
            {
                PageRectangle box = Inside(glyph, scaleX, scaleY);
                changes[i] = GlyphChange.In(box, with, without, layer.Texts[glyph.Text].Color);
                counts[glyph.Text].Changed += changes[i].Changed;
                counts[glyph.Text].Area += changes[i].Area;
            }
        }

        bool[] shown = new bool[changes.Length];
        for (int i = 0; i < shown.Length; i++)
        {
            TextGlyph glyph = layer.Glyphs[i];
            shown[i] = IsDoubtful(layer, glyph)
                ? IsShown(layer, changes, i) && counts[glyph.Text].Changed >= ShownShare * counts[glyph.Text].Area
                : IsShown(layer, glyph);
        }

        return shown;
    }

    private static bool IsShown(TextLayer layer, GlyphChange[] changes, int index)
    {
        TextGlyph glyph = layer.Glyphs[index];
        return changes[index].Changed > 0
            && (!HasBody(glyph.CodePoint) || changes[index].Across(glyph.Direction) >= LeastOfLetter)
            && StandsOut(layer, changes, index);
    }

    /// <summary>Whether it is a letter or digit that fills at least the half of its line's height, as marks and dashes do not.</summary>
    private static bool HasBody(int c) =>
        c is (>= '0' and <= '9') || (c is < FirstOfOtherScripts and >= 'A' && char.IsLetter((char)c));

    /// <summary>
    /// Whether the ground around it, with its neighbors of one text object, differs from its own color. Where it does not,
    /// as of a white layer over a black and white scan, only what it cuts out of other letters changes pixels.
    /// </summary>
    private static bool StandsOut(TextLayer layer, GlyphChange[] changes, int index)
    {
        int first = index;
        while (first > Math.Max(0, index - Neighbors) && IsOfOne(layer, first - 1, index))
        {
            first--;
        }

        int end = index + 1;
        while (end < Math.Min(changes.Length, index + 1 + Neighbors) && IsOfOne(layer, end, index))
        {
            end++;
        }

        int window = Math.Min(end - first, Neighbors);
        for (int start = first; start <= index && start + window <= end; start++)
        {
            if (start + window > index && StandOut(changes.AsSpan(start, window)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfOne(TextLayer layer, int a, int b) => layer.Glyphs[a].Text == layer.Glyphs[b].Text;

    private static bool StandOut(ReadOnlySpan<GlyphChange> changes)
    {
        int alike = 0;
        int area = 0;
        foreach (GlyphChange change in changes)
        {
            alike += change.AlikeGround;
            area += change.Area;
        }

        return alike < MostAlike * area;
    }

    private static bool IsDoubtful(TextLayer layer, TextGlyph glyph) =>
        glyph.Text >= 0 && layer.Texts[glyph.Text].Sight == TextSight.Doubtful;

    private static PageRectangle Inside(TextGlyph glyph, float scaleX, float scaleY)
    {
        PageRectangle frame = glyph.Frame;
        float side = Side * frame.Width;
        var box = TextGlyph.ToQuad(
            new PageRectangle(frame.Left + side, frame.Top, frame.Right - side, frame.Bottom),
            glyph.Direction
        );
        return new PageRectangle(box.Left * scaleX, box.Top * scaleY, box.Right * scaleX, box.Bottom * scaleY);
    }
}
