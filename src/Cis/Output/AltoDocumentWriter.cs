using System.Globalization;
using System.Text;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Output;

/// <summary>
/// ALTO 4 XML, of one document: its format names a single source. Pages that were not read are left out.
/// </summary>
/// <remarks>
/// A paragraph is a TextBlock, which is where readers look for lines, and the ComposedBlock around it is a column: as in
/// the ALTO of Tesseract, so that what reads the one reads the other. ALTO has no element for a paragraph within a
/// TextBlock, and the schema lets blocks nest. They stand in reading order, which makes IDNEXT needless. Where some
/// lines of a page are digital text and others were read, each refers to a tag that says which.
/// </remarks>
internal sealed class AltoDocumentWriter(Stream output) : DocumentWriter(output)
{
    internal override void Write(ReadDocument document)
    {
        var xml = new StringBuilder();
        AppendDescription(xml, document.Path);
        if (document.Text.Pages.Any(page => page.Text?.Source == TextSource.Mixed))
        {
            AppendTags(xml);
        }

        xml.Append("<Layout>\n");
        foreach (PageResult page in document.Text.Pages)
        {
            if (page.Text is { } text)
            {
                AppendPage(xml, page.Number, text);
            }
        }

        xml.Append("</Layout>\n</alto>\n");
        Output.Write(Encoding.UTF8.GetBytes(xml.ToString()));
    }

    private static void AppendDescription(StringBuilder xml, string path)
    {
        xml.Append(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.4">
            <Description>
            <MeasurementUnit>pixel</MeasurementUnit>

            """
        );
        xml.Append("<sourceImageInformation><fileName>").AppendEscaped(path);
        xml.Append("</fileName></sourceImageInformation>\n");
        xml.Append("<Processing ID=\"OCR_1\"><processingSoftware><softwareName>cis</softwareName>");
        xml.Append("</processingSoftware></Processing>\n</Description>\n");
    }

    private static void AppendTags(StringBuilder xml)
    {
        xml.Append("<Tags>\n");
        foreach (TextSource source in (ReadOnlySpan<TextSource>)[TextSource.TextLayer, TextSource.Ocr])
        {
            string name = DocumentJson.NameOf(source);
            xml.Append("<OtherTag").AppendAttribute("ID", TagOf(source)).AppendAttribute("TYPE", "source");
            xml.AppendAttribute("LABEL", name).Append("/>\n");
        }

        xml.Append("</Tags>\n");
    }

    private static string TagOf(TextSource source) => $"source_{DocumentJson.NameOf(source)}";

    private static void AppendPage(StringBuilder xml, int number, PageText page)
    {
        xml.Append("<Page").AppendAttribute("ID", $"page_{number}").AppendAttribute("PHYSICAL_IMG_NR", number);
        xml.AppendAttribute("WIDTH", page.Width).AppendAttribute("HEIGHT", page.Height).Append(">\n");
        var whole = new PixelBox(0, 0, page.Width, page.Height);
        AppendBox(xml.Append("<PrintSpace"), whole).Append(">\n");
        AppendBlocks(xml, number, page);
        xml.Append("</PrintSpace>\n</Page>\n");
    }

    private static void AppendBlocks(StringBuilder xml, int number, PageText page)
    {
        int blocks = 0;
        int paragraphs = 0;
        int lines = 0;
        foreach (PageBlock block in PageBlock.Of(page))
        {
            AppendBlock(xml, "ComposedBlock", $"cblock_{number}_{++blocks}", block.Box).Append(">\n");
            foreach (PageParagraph paragraph in block.Paragraphs)
            {
                string id = $"block_{number}_{++paragraphs}";
                AppendRotation(AppendBlock(xml, "TextBlock", id, paragraph.Box), page.Rotation).Append(">\n");
                foreach (TextLine line in paragraph.Lines)
                {
                    AppendLine(xml, $"line_{number}_{++lines}", line, page);
                }

                xml.Append("</TextBlock>\n");
            }

            xml.Append("</ComposedBlock>\n");
        }
    }

    private static StringBuilder AppendBlock(StringBuilder xml, string element, string id, PixelBox box) =>
        AppendBox(xml.Append('<').Append(element).AppendAttribute("ID", id), box);

    private static StringBuilder AppendRotation(StringBuilder xml, int degrees) =>
        degrees == 0 ? xml : xml.AppendAttribute("ROTATION", degrees);

    private static void AppendLine(StringBuilder xml, string id, TextLine line, PageText page)
    {
        // The schema wants a word in every line.
        if (line.Words.Count == 0)
        {
            return;
        }

        AppendBox(xml.Append("<TextLine").AppendAttribute("ID", id), PixelBox.Around(line.Box, page));
        if (page.Source == TextSource.Mixed)
        {
            xml.AppendAttribute("TAGREFS", TagOf(line.Source));
        }

        xml.Append(">\n");
        for (int i = 0; i < line.Words.Count; i++)
        {
            xml.Append(i > 0 ? "<SP/>\n" : "");
            AppendWord(xml, line.Words[i], page);
        }

        xml.Append("</TextLine>\n");
    }

    private static void AppendWord(StringBuilder xml, TextWord word, PageText page)
    {
        AppendBox(xml.Append("<String"), PixelBox.Around(word.Box, page)).AppendAttribute("CONTENT", word.Text);
        string confidence = Math.Clamp(word.Confidence, 0, 1).ToString("0.####", CultureInfo.InvariantCulture);
        xml.AppendAttribute("WC", confidence).Append("/>\n");
    }

    private static StringBuilder AppendBox(StringBuilder xml, PixelBox box) =>
        xml.AppendAttribute("HPOS", box.Left)
            .AppendAttribute("VPOS", box.Top)
            .AppendAttribute("WIDTH", box.Width)
            .AppendAttribute("HEIGHT", box.Height);
}
