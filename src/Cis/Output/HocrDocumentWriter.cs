using System.Globalization;
using System.Text;
using Cis.Pages;
using Cis.Worker;

namespace Cis.Output;

/// <summary>
/// hOCR 1.2 as XHTML: ocr_page, ocr_carea, ocr_par, ocr_line and ocrx_word with their boxes and confidences. Pages that
/// were not read are left out; each page names its document, so that several documents fit into one file.
/// </summary>
internal sealed class HocrDocumentWriter(Stream output) : DocumentWriter(output)
{
    private int _pages;
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
        int id = ++_pages;
        string whole = $"bbox 0 0 {page.Width} {page.Height}";
        Open(xml, "div", "ocr_page", $"page_{id}", $"image \"{path}\"; {whole}; ppageno {number - 1}");
        Open(xml, "div", "ocr_carea", $"block_{id}", whole);
        Open(xml, "p", "ocr_par", $"par_{id}", whole);
        foreach (TextLine line in page.Lines)
        {
            AppendLine(xml, line, page);
        }

        return xml.Append("</p>\n</div>\n</div>\n").ToString();
    }

    private void AppendLine(StringBuilder xml, TextLine line, PageText page)
    {
        Open(xml, "span", "ocr_line", $"line_{++_lines}", Box(line.Box, page) + Angle(page.Rotation));
        foreach (TextWord word in line.Words)
        {
            int confidence = (int)MathF.Round(word.Confidence * 100);
            string properties = $"{Box(word.Box, page)}; x_wconf {confidence.ToString(CultureInfo.InvariantCulture)}";
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

    // Counter-clockwise, by which the text is turned against upright: as far as the page must be turned clockwise.
    private static string Angle(int rotation) => rotation == 0 ? "" : $"; textangle {rotation}";

    private static string Box(Quad quad, PageText page)
    {
        PixelBox box = PixelBox.Around(quad, page);
        return string.Create(CultureInfo.InvariantCulture, $"bbox {box.Left} {box.Top} {box.Right} {box.Bottom}");
    }
}
