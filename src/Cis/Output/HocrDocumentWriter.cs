using System.Globalization;
using System.Text;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Output;

/// <summary>
/// hOCR 1.2 as XHTML: ocr_page, ocr_carea (a column, a table, a heading across columns), ocr_par, ocr_line and ocrx_word
/// with their boxes and confidences. Pages that were not read are left out; each page names its document, so that
/// several documents fit into one file.
/// </summary>
internal sealed class HocrDocumentWriter(Stream output) : DocumentWriter(output)
{
    private int _pages;
    private int _blocks;
    private int _paragraphs;
    private int _lines;
    private int _words;

    internal override void Begin() =>
        Append(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
            <html xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <title></title>
            <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
            <meta name="ocr-system" content="cis" />
            <meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word" />
            </head>
            <body>

            """
        );

    internal override void Write(ReadDocument document)
    {
        foreach (PageResult page in document.Text.Pages)
        {
            if (page.Text is { } text)
            {
                Append(Page(document.Path, page.Number, text));
            }
        }
    }

    internal override void End() => Append("</body>\n</html>\n");

    private void Append(string xml) => Output.Write(Encoding.UTF8.GetBytes(xml));

    private string Page(string path, int number, PageText page)
    {
        var xml = new StringBuilder();
        string whole = BoxOf(new PixelBox(0, 0, page.Width, page.Height));
        Open(xml, "div", "ocr_page", $"page_{++_pages}", $"image \"{path}\"; {whole}; ppageno {number - 1}");
        foreach (PageBlock block in PageBlock.Of(page))
        {
            AppendBlock(xml, block, page);
        }

        return xml.Append("</div>\n").ToString();
    }

    private void AppendBlock(StringBuilder xml, PageBlock block, PageText page)
    {
        Open(xml, "div", "ocr_carea", $"block_{++_blocks}", BoxOf(block.Box));
        foreach (PageParagraph paragraph in block.Paragraphs)
        {
            Open(xml, "p", "ocr_par", $"par_{++_paragraphs}", BoxOf(paragraph.Box));
            foreach (TextLine line in paragraph.Lines)
            {
                AppendLine(xml, line, page);
            }

            xml.Append("</p>\n");
        }

        xml.Append("</div>\n");
    }

    private void AppendLine(StringBuilder xml, TextLine line, PageText page)
    {
        Open(
            xml,
            "span",
            "ocr_line",
            $"line_{++_lines}",
            BoxOf(line.Box, page) + Angle(page.Rotation) + Source(line, page)
        );
        foreach (TextWord word in line.Words)
        {
            int confidence = (int)MathF.Round(word.Confidence * 100);
            string properties = $"{BoxOf(word.Box, page)}; x_wconf {confidence.ToString(CultureInfo.InvariantCulture)}";
            xml.Append("<span class=\"ocrx_word\"").AppendAttribute("id", $"word_{++_words}");
            xml.AppendAttribute("title", properties).Append('>').AppendEscaped(word.Text).Append("</span>\n");
        }

        xml.Append("</span>\n");
    }

    private static void Open(StringBuilder xml, string element, string kind, string id, string properties)
    {
        xml.Append('<').Append(element).AppendAttribute("class", kind).AppendAttribute("id", id);
        xml.AppendAttribute("title", properties).Append(">\n");
    }

    // On pages of one source the others need not be told apart. hOCR leaves names that begin with x_ to the program.
    private static string Source(TextLine line, PageText page) =>
        page.Source == TextSource.Mixed ? $"; x_text_source {DocumentJson.NameOf(line.Source)}" : "";

    // Counter-clockwise, by which the text is turned against upright: as far as the page must be turned clockwise.
    private static string Angle(int rotation) => rotation == 0 ? "" : $"; textangle {rotation}";

    private static string BoxOf(Quad quad, PageText page) => BoxOf(PixelBox.Around(quad, page));

    private static string BoxOf(PixelBox box) =>
        string.Create(CultureInfo.InvariantCulture, $"bbox {box.Left} {box.Top} {box.Right} {box.Bottom}");
}
