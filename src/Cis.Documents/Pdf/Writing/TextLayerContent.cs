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

    // Of a line's height. Words whose boxes touch have to stand apart: poppler takes a gap of less for none, whatever
    // characters stand between. But a word keeps at least half of its width.
    private const double LeastSpace = 0.2;
    private const double LeastShare = 0.5;

    // Of a word's height, from its beginning to its end: what it then stands off its box by is half of that.
    private const double MostLean = 0.5;

    private const double LeastExtent = 0.01;

    // What a reader of PDF must cope with is smaller; a box beyond is no box.
    private const double MostExtent = 1e6;

    private readonly StringBuilder _content = new();
    private readonly List<(Placed Box, ushort[] Codes, bool IsParted)> _line = [];

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
        _line.Clear();
        foreach (TextWord word in line.Words)
        {
            int found = line.Text.IndexOf(word.Text, Math.Min(at, line.Text.Length), StringComparison.Ordinal);
            bool parted = found > at && string.IsNullOrWhiteSpace(line.Text[at..found]);
            at = found < 0 ? at : found + word.Text.Length;
            if (Place(word.Box) is { } box && font.CodesOf(word.Text) is { Length: > 0 } codes)
            {
                _line.Add((box, codes, parted && _line.Count > 0));
            }
        }

        for (int i = 0; i < _line.Count; i++)
        {
            bool isParted = i + 1 < _line.Count && _line[i + 1].IsParted;
            AppendWord(_line[i].Box, _line[i].Codes, isParted ? _line[i + 1].Box : null);
        }
    }

    /// <summary>Shows a word and, where another follows behind a space, the space as far as that one.</summary>
    private void AppendWord(Placed box, ushort[] codes, Placed? next)
    {
        double width = box.Width;
        double space = 0;
        if (next is { } other)
        {
            double ahead = (other.X - box.X) * box.DirectionX + (other.Y - box.Y) * box.DirectionY;
            width = Math.Min(width, Math.Max(LeastShare * width, ahead - LeastSpace * box.Height));
            space = Math.Clamp(ahead - width, LeastSpace * box.Height, MostExtent);
        }

        double cos = box.Height * box.DirectionX;
        double sin = box.Height * box.DirectionY;
        Append($"{cos:0.####} {sin:0.####} {-sin:0.####} {cos:0.####} {box.X:0.###} {box.Y:0.###} Tm ");
        Append($"{Stretch(width, box.Height, codes.Length):0.###} Tz <");
        foreach (ushort code in codes)
        {
            Append($"{code:X4}");
        }

        _content.Append("> Tj\n");
        if (space > 0)
        {
            font.CodesOf(" ");
            Append($"{Stretch(space, box.Height, 1):0.###} Tz <0020> Tj\n");
        }
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
            width is > LeastExtent and < MostExtent
            && height is > LeastExtent and < MostExtent
            && Math.Abs(start.X) < MostExtent
            && Math.Abs(start.Y) < MostExtent
            ? Straight(start, end, height)
                ?? new Placed(start.X, start.Y, (end.X - start.X) / width, (end.Y - start.Y) / width, width, height)
            : null;
    }

    /// <summary>A word that leans a little, set along the page: poppler breaks up those that lean by half a point.</summary>
    private static Placed? Straight((double X, double Y) start, (double X, double Y) end, double height)
    {
        (double x, double y) = (end.X - start.X, end.Y - start.Y);
        if (Math.Min(Math.Abs(x), Math.Abs(y)) > MostLean * height)
        {
            return null;
        }

        // Through the middle of the edge that it stands on.
        return Math.Abs(x) > Math.Abs(y)
            ? new Placed(start.X, start.Y + y / 2, Math.Sign(x), 0, Math.Abs(x), height)
            : new Placed(start.X + x / 2, start.Y, 0, Math.Sign(y), Math.Abs(y), height);
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
