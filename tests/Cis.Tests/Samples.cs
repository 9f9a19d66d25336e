using Cis.Output;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Tests;

/// <summary>Documents for the tests of formats.</summary>
internal static class Samples
{
    /// <summary>A page with one line of the given words.</summary>
    public static PageText Page(string text)
    {
        TextWord[] words =
        [
            .. text.Split(' ')
                .Select((word, i) => new TextWord(word, 0.9f, Quad.FromRectangle(10 + 40 * i, 20, 45 + 40 * i, 34))),
        ];
        var line = new TextLine(text, 0.93f, Quad.FromRectangle(10, 20, 5 + 40 * words.Length, 34), words);
        return new PageText(TextSource.Ocr, 1654, 2339, 0, text, [line], [new TextParagraph(0, 1)]);
    }

    /// <summary>A title and two columns below it; the second paragraph of the first goes on in the second.</summary>
    public static ReadDocument TwoColumns()
    {
        (string Text, int X, int Y)[] printed =
        [
            ("A title", 500, 50),
            ("one begins", 100, 200),
            ("one ends", 100, 240),
            ("two begins", 100, 320),
            ("and goes on", 900, 200),
            ("three", 900, 280),
        ];
        TextLine[] lines = [.. printed.Select(line => Page(line.Text).Lines[0].MovedTo(line.X, line.Y))];
        var page = new PageText(
            TextSource.Ocr,
            1654,
            2339,
            0,
            "A title\n\none begins\none ends\n\ntwo begins\nand goes on\n\nthree",
            lines,
            [new(0, 1), new(1, 2), new(1, 1), new(2, 1), new(2, 1)]
        );
        return Document(page);
    }

    /// <summary>A document of pages that were all read.</summary>
    public static ReadDocument Document(params PageText[] pages) =>
        new(
            "in.pdf",
            new DocumentText(
                Outcome.Ok,
                Reason: null,
                "application/pdf",
                pages.Length,
                [.. pages.Select((page, i) => new PageResult(i + 1, Outcome.Ok, Reason: null, page))],
                DocumentTiming.None
            )
        );

    private static TextLine MovedTo(this TextLine line, int x, int y) =>
        line with
        {
            Box = line.Box.MovedTo(x, y),
            Words = [.. line.Words.Select(word => word with { Box = word.Box.MovedTo(x, y) })],
        };

    // Pages as above begin at 10, 20.
    private static Quad MovedTo(this Quad box, int x, int y) =>
        Quad.FromRectangle(box.Left + x - 10, box.Top + y - 20, box.Right + x - 10, box.Bottom + y - 20);

    /// <summary>
    /// Three pages: one read from pixels with all that markup and JSON must escape, one that failed, one turned page
    /// of Japanese from a text layer.
    /// </summary>
    public static ReadDocument Mixed()
    {
        PageText hostile = Page("a<b> \"&' \u001b[31m\0 \ud800x \U0001F600");
        PageText japanese = Page("日本語の 行") with { Source = TextSource.TextLayer, Rotation = 90 };
        PageResult[] pages =
        [
            new(1, Outcome.Ok, Reason: null, hostile),
            new(2, Outcome.Corrupt, "its image is cut off", Text: null),
            new(7, Outcome.Ok, Reason: null, japanese),
        ];
        TimeSpan[] stages =
        [
            .. Enumerable.Range(1, StageTimes.StageCount).Select(i => TimeSpan.FromMilliseconds(i * 1.25)),
        ];
        var timing = new DocumentTiming(TimeSpan.FromMilliseconds(321.75), stages);
        return new ReadDocument(
            "in/scan \"1\" & <2>.pdf",
            new DocumentText(Outcome.Partial, "page 2: its image is cut off", "application/pdf", 9, pages, timing)
        );
    }

    /// <summary>A document that could not be opened.</summary>
    public static ReadDocument Failed() =>
        new("secret.pdf", DocumentText.Failed(Outcome.UnsupportedType, "it is of no type that cis reads"));
}
