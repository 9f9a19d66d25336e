using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>Makes searchable copies of documents for tests, and reads them.</summary>
internal static class Searchable
{
    /// <summary>The copy of a document, and what its user is told.</summary>
    /// <param name="source">The document.</param>
    /// <param name="pages">What was read of its pages, from the first on; null for a page that was not read.</param>
    internal static (byte[] Pdf, IReadOnlyList<string> Notes) Make(DocumentSource source, params PageText?[] pages)
    {
        using var libraries = new TestReader();
        using var copy = SearchableCopy.Prepare(source, libraries.Options, libraries.LoadGuard());
        using var pdf = new MemoryStream();
        var texts = new Dictionary<int, PageText>();
        for (int i = 0; i < pages.Length; i++)
        {
            if (pages[i] is { } text)
            {
                texts.Add(i + 1, text);
            }
        }

        CancellationToken token = TestContext.Current.CancellationToken;
        IReadOnlyList<string> notes = copy.Write(texts, pages.Length, "cis 1.2.3", libraries.Reader, pdf, token);
        return (pdf.ToArray(), notes);
    }

    internal static byte[] Make(PdfBuilder pdf, params PageText?[] pages)
    {
        using DocumentSource source = pdf.ToSource();
        return Make(source, pages).Pdf;
    }

    /// <summary>A page of A4 at 200 dpi with the given lines, read from its pixels.</summary>
    internal static PageText Page(params TextLine[] lines) => Page(1653, 2339, lines);

    internal static PageText Page(int width, int height, params TextLine[] lines) =>
        new(
            TextSource.Ocr,
            width,
            height,
            0,
            string.Join('\n', lines.Select(line => line.Text)),
            lines,
            [new TextParagraph(0, lines.Length)]
        );

    /// <summary>A line of words that stand in equal boxes, from its box's left to its right.</summary>
    internal static TextLine Line(string text, Quad box)
    {
        string[] words = text.Split(' ');
        IEnumerable<TextWord> boxed = words.Select(
            (word, i) => new TextWord(word, 0.9f, Part(box, (i + 0.05f) / words.Length, (i + 0.9f) / words.Length))
        );
        return new TextLine(text, 0.9f, box, [.. boxed]);
    }

    /// <summary>A page's text as PDFium gives it, whether it is to be seen or not.</summary>
    internal static IReadOnlyList<PageText?> Read(byte[] pdf)
    {
        using var reader = new TestReader { Options = new ReadingOptions { TextLayer = TextLayerMode.Always } };
        using var source = DocumentSource.FromBytes(pdf, "copy.pdf", new());
        return [.. reader.ReadAll(source).Select(page => page.Text)];
    }

    internal static string TextOf(byte[] pdf) => string.Join("\n\n", Read(pdf).Select(page => page?.Text));

    private static Quad Part(Quad box, float from, float to) =>
        new(
            Between(box.TopLeft, box.TopRight, from),
            Between(box.TopLeft, box.TopRight, to),
            Between(box.BottomLeft, box.BottomRight, to),
            Between(box.BottomLeft, box.BottomRight, from)
        );

    private static PagePoint Between(PagePoint a, PagePoint b, float share) =>
        new(a.X + (b.X - a.X) * share, a.Y + (b.Y - a.Y) * share);
}
