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

    // Of 255, in the channel that differs most; what compression leaves around letters has about half of it.
    private const int Differs = 12;

    // Of the glyphs' boxes: letters fill a tenth to a fifth of theirs, a full stop a fiftieth.
    private const double ShownShare = 0.01;

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
        bool[] shown = new bool[layer.Glyphs.Length];
        var counts = new (int Changed, int Area)[layer.Texts.Count];
        for (int i = 0; i < shown.Length; i++)
        {
            TextGlyph glyph = layer.Glyphs[i];
            if (!IsDoubtful(layer, glyph))
            {
                shown[i] = IsShown(layer, glyph);
                continue;
            }

            (int changed, int area) = CountChanged(Inside(glyph, scaleX, scaleY), with, without);
            shown[i] = changed > 0;
            counts[glyph.Text].Changed += changed;
            counts[glyph.Text].Area += area;
        }

        for (int i = 0; i < shown.Length; i++)
        {
            TextGlyph glyph = layer.Glyphs[i];
            shown[i] &= !IsDoubtful(layer, glyph) || counts[glyph.Text].Changed >= ShownShare * counts[glyph.Text].Area;
        }

        return shown;
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

    private static (int Changed, int Area) CountChanged(PageRectangle box, PageImage with, PageImage without)
    {
        int left = Math.Clamp((int)box.Left, 0, with.Width - 1);
        int right = Math.Clamp((int)MathF.Ceiling(box.Right), left + 1, with.Width);
        int top = Math.Clamp((int)box.Top, 0, with.Height - 1);
        int bottom = Math.Clamp((int)MathF.Ceiling(box.Bottom), top + 1, with.Height);
        int changed = 0;
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<byte> a = with.Row(y)[(left * 3)..(right * 3)];
            ReadOnlySpan<byte> b = without.Row(y)[(left * 3)..(right * 3)];
            for (int x = 0; x < a.Length; x += 3)
            {
                int difference = Math.Max(
                    Math.Abs(a[x] - b[x]),
                    Math.Max(Math.Abs(a[x + 1] - b[x + 1]), Math.Abs(a[x + 2] - b[x + 2]))
                );
                changed += difference >= Differs ? 1 : 0;
            }
        }

        return (changed, (right - left) * (bottom - top));
    }
}
