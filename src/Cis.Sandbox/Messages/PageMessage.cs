using Cis.Documents;
using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>The pixels of a page, which lie in memory that both processes see: how they lie there.</summary>
internal readonly record struct PixelLayout(int Width, int Height, PixelFormat Format);

/// <summary>What a document says of a page (<see cref="PageContent"/>).</summary>
internal static class PageMessage
{
    // A line: flags, box, number of words, and two flags of a region's.
    private const int LeastLineBytes = 18;
    private const int LeastRegionBytes = 20;

    internal static void Write(MessageWriter to, PageContent content, PageImage pixels)
    {
        to.Flag(content.Text is not null);
        to.Double(content.Dpi);
        to.TextOrNone(content.Note);
        RemarksMessage.Write(to, content.Remarks);
        if (content.Text is not null)
        {
            WriteText(to, content.Text);
            return;
        }

        to.Count(pixels.Width);
        to.Count(pixels.Height);
        to.Flag(pixels.Format == PixelFormat.Bgr24);
        to.Count(content.Regions.Count);
        foreach (PageRegion region in content.Regions)
        {
            WriteRegion(to, region);
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="from">The message, to its end.</param>
    /// <param name="pixels">Where its pixels are; none where it is all text.</param>
    internal static PageContent Read(ref MessageReader from, out PixelLayout? pixels)
    {
        pixels = null;
        bool isText = from.Flag();
        double dpi = from.Double();
        string? note = from.TextOrNone();
        PageRemarks remarks = RemarksMessage.Read(ref from);
        if (isText)
        {
            return new PageContent(ReadText(ref from), dpi, note) { Remarks = remarks };
        }

        pixels = new(from.Count(), from.Count(), from.Flag() ? PixelFormat.Bgr24 : PixelFormat.Gray8);
        var regions = new PageRegion[from.CountOf(LeastRegionBytes)];
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i] = ReadRegion(ref from);
        }

        return new PageContent(Text: null, dpi, note) { Regions = regions, Remarks = remarks };
    }

    private static void WriteRegion(MessageWriter to, PageRegion region)
    {
        to.Byte((byte)region.Kind);
        to.TextOrNone(region.Font);
        to.TextOrNone(region.Characters);
        TextMessage.WriteBox(to, region.Box, isUpright: false);
        to.Count(region.Lines.Count);
        foreach (RegionLine line in region.Lines)
        {
            to.Flag(line.Vertical);
            to.Flag(line.Tilted);
            TextMessage.WriteLine(to, line.Line);
        }
    }

    private static PageRegion ReadRegion(ref MessageReader from)
    {
        var kind = (RegionKind)from.Choice((int)RegionKind.Pixels);
        string? font = from.TextOrNone();
        string? characters = from.TextOrNone();
        Quad box = TextMessage.ReadBox(ref from, isUpright: false);
        var lines = new RegionLine[from.CountOf(LeastLineBytes)];
        for (int i = 0; i < lines.Length; i++)
        {
            (bool vertical, bool tilted) = (from.Flag(), from.Flag());
            lines[i] = new RegionLine(TextMessage.ReadLine(ref from), vertical, tilted);
        }

        MessageReader.Demand(kind != RegionKind.Doubtful || font is not null, "a font");
        return new PageRegion(kind, box, lines, font, characters);
    }

    private static void WriteText(MessageWriter to, PageText text)
    {
        to.Byte((byte)text.Source);
        to.Count(text.Width);
        to.Count(text.Height);
        to.Byte((byte)(text.Rotation / 90));
        to.Text(text.Text);
        to.Count(text.Lines.Count);
        foreach (TextLine line in text.Lines)
        {
            TextMessage.WriteLine(to, line);
        }

        to.Count(text.Paragraphs.Count);
        foreach (TextParagraph paragraph in text.Paragraphs)
        {
            to.Count(paragraph.Block);
            to.Count(paragraph.Lines);
        }

        TableMessage.Write(to, text.Tables);
        RemarksMessage.Write(to, text.Remarks);
    }

    private static PageText ReadText(ref MessageReader from)
    {
        var source = (TextSource)from.Choice((int)TextSource.Mixed);
        (int width, int height) = (from.Count(), from.Count());
        int rotation = from.Choice(3) * 90;
        string text = from.Text();
        var lines = new TextLine[from.CountOf(LeastLineBytes)];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = TextMessage.ReadLine(ref from);
        }

        return new PageText(source, width, height, rotation, text, lines, ReadParagraphs(ref from, lines.Length))
        {
            Tables = TableMessage.Read(ref from, lines.Length),
            Remarks = RemarksMessage.Read(ref from),
        };
    }

    private static TextParagraph[] ReadParagraphs(ref MessageReader from, int lines)
    {
        var paragraphs = new TextParagraph[from.CountOf(leastBytes: 2)];
        int left = lines;
        for (int i = 0; i < paragraphs.Length; i++)
        {
            paragraphs[i] = new TextParagraph(from.Count(), from.Count());
            MessageReader.Demand(paragraphs[i].Lines > 0 && paragraphs[i].Lines <= left, "a paragraph");
            left -= paragraphs[i].Lines;
        }

        MessageReader.Demand(paragraphs.Length == 0 || left == 0, "an end of the paragraphs");
        return paragraphs;
    }
}
