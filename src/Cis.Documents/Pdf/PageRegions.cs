using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Parts the digital text of a page by how far it is to be believed.</summary>
/// <param name="layer">The text.</param>
internal sealed class PageRegions(TextLayer layer)
{
    private readonly List<RegionLine> _sure = [];
    private readonly List<RegionLine> _gaps = [];
    private readonly List<RegionLine> _unreadable = [];
    private readonly Dictionary<string, List<RegionLine>> _doubtful = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<RegionLine>> _partly = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _characters = new(StringComparer.Ordinal);
    private readonly bool _hasDoubts = layer.Fonts.Any(font => font.Record.Doubted.Length > 0);

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

        foreach ((string font, List<RegionLine> lines) in _partly)
        {
            Add(regions, RegionKind.Doubtful, lines, font, _characters[font]);
        }

        return regions;
    }

    /// <summary>Lines as one region.</summary>
    internal static void Add(
        List<PageRegion> regions,
        RegionKind kind,
        List<RegionLine> lines,
        string? font = null,
        string? characters = null
    )
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

        regions.Add(
            new PageRegion(kind, Quad.FromRectangle(box.Left, box.Top, box.Right, box.Bottom), lines, font, characters)
        );
    }

    private void Sort(TextFragment row, RegionLine line)
    {
        FontLetters? font = FontOf(row);
        if (font is { IsImplausible: true } && !line.Tilted)
        {
            if (font.Record.Lies is not { } lies)
            {
                LinesOf(_doubtful, font.Name).Add(line);
                return;
            }

            if (lies)
            {
                _unreadable.Add(line);
                return;
            }
        }

        if (_hasDoubts && !line.Tilted && FontInDoubt(row) is { } doubted)
        {
            LinesOf(_partly, doubted.Name).Add(line);
            _characters[doubted.Name] = doubted.Record.Doubted;
            return;
        }

        (line.Line.Text.AsSpan().ContainsAny((char)TextGlyph.Gap, PageRegion.Lie) ? _gaps : _sure).Add(line);
    }

    /// <summary>The font of the first character that may be another one.</summary>
    private FontLetters? FontInDoubt(TextFragment row)
    {
        foreach (ref readonly TextGlyph glyph in row.Glyphs)
        {
            if (layer.FontOf(glyph) is { } font && font.Record.IsInDoubt(glyph.CodePoint))
            {
                return font;
            }
        }

        return null;
    }

    private static List<RegionLine> LinesOf(Dictionary<string, List<RegionLine>> fonts, string font)
    {
        if (!fonts.TryGetValue(font, out List<RegionLine>? lines))
        {
            fonts[font] = lines = [];
        }

        return lines;
    }

    /// <summary>The font of a row's middle glyph: a bullet or a mark at an end may be of another.</summary>
    private FontLetters? FontOf(TextFragment row) => layer.FontOf(row.Glyphs[row.Glyphs.Length / 2]);
}
