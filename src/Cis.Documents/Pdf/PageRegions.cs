using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Parts the digital text of a page by how far it is to be believed.</summary>
/// <param name="layer">The text.</param>
/// <param name="verdicts">The fonts that were looked at: whether they lie.</param>
internal sealed class PageRegions(TextLayer layer, IReadOnlyDictionary<string, bool> verdicts)
{
    private readonly List<RegionLine> _sure = [];
    private readonly List<RegionLine> _gaps = [];
    private readonly List<RegionLine> _unreadable = [];
    private readonly Dictionary<string, List<RegionLine>> _doubtful = new(StringComparer.Ordinal);

    /// <summary>The regions of digital text.</summary>
    internal List<PageRegion> Build()
    {
        (List<TextFragment> upright, List<TextFragment> tilted) = TextLayerPage.FragmentsOf(layer.Glyphs);
        foreach (TextFragment row in upright.Concat(tilted))
        {
            TextLine line = TextLayerPage.LineOf(row);
            if (line.Words.Count > 0)
            {
                Sort(row, new RegionLine(line, row.IsVertical, row.IsTilted));
            }
        }

        var regions = new List<PageRegion>();
        Add(regions, RegionKind.Text, _sure);
        Add(regions, RegionKind.Gaps, _gaps);
        Add(regions, RegionKind.Unreadable, _unreadable);
        foreach ((string font, List<RegionLine> lines) in _doubtful)
        {
            Add(regions, RegionKind.Doubtful, lines, font);
        }

        return regions;
    }

    /// <summary>Lines as one region.</summary>
    internal static void Add(List<PageRegion> regions, RegionKind kind, List<RegionLine> lines, string? font = null)
    {
        if (lines.Count == 0)
        {
            return;
        }

        Quad first = lines[0].Line.Box;
        var box = new PageRectangle(first.Left, first.Top, first.Right, first.Bottom);
        foreach (RegionLine line in lines)
        {
            Quad quad = line.Line.Box;
            box = box.Union(new PageRectangle(quad.Left, quad.Top, quad.Right, quad.Bottom));
        }

        regions.Add(new PageRegion(kind, Quad.FromRectangle(box.Left, box.Top, box.Right, box.Bottom), lines, font));
    }

    private void Sort(TextFragment row, RegionLine line)
    {
        FontLetters? font = FontOf(row);
        if (font is { IsImplausible: true } && !line.Tilted)
        {
            if (!verdicts.TryGetValue(font.Name, out bool lies))
            {
                DoubtfulLinesOf(font.Name).Add(line);
                return;
            }

            if (lies)
            {
                _unreadable.Add(line);
                return;
            }
        }

        (line.Line.Text.Contains((char)TextGlyph.Gap) ? _gaps : _sure).Add(line);
    }

    private List<RegionLine> DoubtfulLinesOf(string font)
    {
        if (!_doubtful.TryGetValue(font, out List<RegionLine>? lines))
        {
            _doubtful[font] = lines = [];
        }

        return lines;
    }

    /// <summary>The font of a row's middle glyph: a bullet or a mark at an end may be of another.</summary>
    private FontLetters? FontOf(TextFragment row)
    {
        int text = row.Glyphs[row.Glyphs.Length / 2].Text;
        return text < 0 ? null : layer.Texts[text].Font;
    }
}
