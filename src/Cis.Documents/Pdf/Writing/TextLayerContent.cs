using System.Globalization;
using System.Text;
using Cis.Pages;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// The content stream that shows what was read of a page, invisibly: each word along the lower edge of its box, stretched
/// to its width, so that what is searched and selected is where it is seen. Turned and vertical lines run as their boxes do.
/// </summary>
internal sealed class TextLayerContent(TextLayerFont font, PagePlacement placement, PageText page)
{
    // Of a glyph, which is half an em wide.
    private const double AdvanceOfEm = (double)GlyphlessFont.Advance / GlyphlessFont.UnitsPerEm;

    // A space between words whose boxes touch still has to be found: a twentieth of an em.
    private const double LeastSpace = 0.05;

    // What a reader of PDF must cope with is smaller; a box beyond is no box.
    private const double MostExtent = 1e6;

    private readonly StringBuilder _content = new();

    /// <summary>The stream's bytes; empty where no line was read from pixels.</summary>
    internal byte[] Build(string fontName)
    {
        foreach (TextLine line in page.Lines)
        {
            if (line.Source == TextSource.Ocr)
            {
                Append(line);
            }
        }

        // The page's own content follows in the same graphics state, which must be as it was.
        return _content.Length == 0
            ? []
            : Encoding.Latin1.GetBytes($"q\nBT\n3 Tr\n/{fontName} 1 Tf\n{_content}ET\nQ\n");
    }

    private void Append(TextLine line)
    {
        int at = 0;
        Placed? last = null;
        foreach (TextWord word in line.Words)
        {
            int found = line.Text.IndexOf(word.Text, Math.Min(at, line.Text.Length), StringComparison.Ordinal);
            bool parted = found > at && string.IsNullOrWhiteSpace(line.Text[at..found]);
            at = found < 0 ? at : found + word.Text.Length;
            if (Place(word.Box) is not { } box || font.CodesOf(word.Text) is not { Length: > 0 } codes)
            {
                continue;
            }

            if (parted && last is { } before)
            {
                AppendSpace(before, box);
            }

            AppendWord(box, codes);
            last = box;
        }
    }

    private void AppendWord(Placed box, ushort[] codes)
    {
        double cos = box.Height * box.DirectionX;
        double sin = box.Height * box.DirectionY;
        Append($"{cos:0.####} {sin:0.####} {-sin:0.####} {cos:0.####} {box.X:0.###} {box.Y:0.###} Tm ");
        Append($"{Stretch(box.Width, box.Height, codes.Length):0.###} Tz <");
        foreach (ushort code in codes)
        {
            Append($"{code:X4}");
        }

        _content.Append("> Tj\n");
    }

    /// <summary>Goes on from the end of a word to the beginning of the next.</summary>
    private void AppendSpace(Placed before, Placed next)
    {
        double gap = (next.X - before.X) * before.DirectionX + (next.Y - before.Y) * before.DirectionY - before.Width;
        double width = Math.Clamp(gap, LeastSpace * before.Height, MostExtent);
        font.CodesOf(" ");
        Append($"{Stretch(width, before.Height, 1):0.###} Tz <0020> Tj\n");
    }

    private static double Stretch(double width, double height, int glyphs) =>
        100 * width / (glyphs * AdvanceOfEm * height);

    private Placed? Place(Quad box)
    {
        (double X, double Y) start = placement.ToPage(box.BottomLeft, page);
        (double X, double Y) end = placement.ToPage(box.BottomRight, page);
        (double X, double Y) top = placement.ToPage(box.TopLeft, page);
        double width = Distance(start, end);
        double height = Distance(start, top);
        // A hostile page may have words at infinity, or of no extent.
        return
            width is > 0.01 and < MostExtent
            && height is > 0.01 and < MostExtent
            && Math.Abs(start.X) < MostExtent
            && Math.Abs(start.Y) < MostExtent
            ? new Placed(start.X, start.Y, (end.X - start.X) / width, (end.Y - start.Y) / width, width, height)
            : null;
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) =>
        double.Hypot(a.X - b.X, a.Y - b.Y);

    private void Append(FormattableString text) => _content.Append(text.ToString(CultureInfo.InvariantCulture));

    private readonly record struct Placed(
        double X,
        double Y,
        double DirectionX,
        double DirectionY,
        double Width,
        double Height
    );
}
