using System.Globalization;
using System.Text;
using Cis.Layout;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class TextLayerTests
{
    // Enough for a page's text to count as its own beside a drawing or a small image.
    private const string Sentence = "The quick brown fox jumps over the lazy dog.";

    [Theory]
    [InlineData("born-digital")]
    [InlineData("japanese-born-digital")]
    public void A_born_digital_document_gives_its_own_text(string name)
    {
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll(TestFiles.Data(name + ".pdf"));

        string text = string.Join("\n\n", pages.Select(page => page.Text!.Text));
        Assert.Equal(Unwrap(File.ReadAllText(TestFiles.Data(name + ".expected.txt"))), Unwrap(text));
    }

    [Theory]
    [InlineData("born5", 5)]
    [InlineData("mixed8", 3)]
    public void Every_word_of_the_shared_documents_is_there_in_order(string name, int expected)
    {
        string? bench = TestFiles.Shared("data/bench");
        Assert.SkipWhen(bench is null, "The shared documents are not on this machine: set CIS_SHARED.");
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll($"{bench}/{name}.pdf");

        int same = 0;
        for (int i = 0; i < pages.Count; i++)
        {
            string truth = File.ReadAllText($"{bench}/gt/{name}/p{i + 1:000}.txt");
            same += pages[i].Text is { } page && Words(page.Text).SequenceEqual(Words(truth)) ? 1 : 0;
        }

        // Page 7 of mixed8 has text beyond its edge, which no reader of the page can see.
        Assert.Equal(expected, same);
    }

    [Fact]
    public void A_mixed_document_gives_text_and_pixels_by_page()
    {
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll(TestFiles.Data("mixed.pdf"));

        // Page 2 is a scan with a stamp of text, page 3 a scan over an invisible layer: both must be read from pixels.
        Assert.Equal([true, false, false], pages.Select(page => page.Text is not null));
    }

    [Theory]
    [InlineData("born-digital.pdf", 0, TextLayerMode.Auto, false)]
    [InlineData("born-digital.pdf", 0, TextLayerMode.Never, true)]
    [InlineData("scan.pdf", 0, TextLayerMode.Auto, true)]
    [InlineData("mixed.pdf", 1, TextLayerMode.Auto, true)]
    [InlineData("mixed.pdf", 2, TextLayerMode.Auto, true)]
    [InlineData("mixed.pdf", 2, TextLayerMode.Always, false)]
    [InlineData("photo.jpg", 0, TextLayerMode.Auto, true)]
    public void What_a_page_is_made_of_tells_whether_pixels_have_to_be_read(
        string name,
        int page,
        TextLayerMode mode,
        bool isPicture
    )
    {
        using var reader = new TestReader { Options = new ReadingOptions { TextLayer = mode } };
        using var source = DocumentSource.FromFile(TestFiles.Data(name), reader.Options.Limits);
        using IDocument document = reader.Open(source);

        Assert.Equal(isPicture, document.LooksLikePicture(page, TestContext.Current.CancellationToken));
        Assert.Equal(isPicture, document.Read(page, reader.Image, TestContext.Current.CancellationToken).Text is null);
    }

    [Fact]
    public void A_page_that_was_looked_at_does_not_come_in_the_place_of_another()
    {
        using var reader = new TestReader();
        using var source = DocumentSource.FromFile(TestFiles.Data("mixed.pdf"), reader.Options.Limits);
        using IDocument document = reader.Open(source);

        Assert.True(document.LooksLikePicture(1, TestContext.Current.CancellationToken));
        PageContent first = document.Read(0, reader.Image, TestContext.Current.CancellationToken);
        Assert.False(document.LooksLikePicture(0, TestContext.Current.CancellationToken));
        PageContent second = document.Read(1, reader.Image, TestContext.Current.CancellationToken);

        Assert.NotNull(first.Text);
        Assert.Null(second.Text);
    }

    [Fact]
    public void An_invisible_layer_is_taken_when_asked_for()
    {
        using var reader = new TestReader { Options = new() { TextLayer = TextLayerMode.Always } };

        PageContent page = reader.ReadAll(TestFiles.Data("mixed.pdf"))[2];

        Assert.StartsWith("garbled layer", page.Text!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_layer_is_taken_when_pixels_are_asked_for()
    {
        using var reader = new TestReader { Options = new() { TextLayer = TextLayerMode.Never } };

        PageContent page = reader.ReadFirst(TestFiles.Data("born-digital.pdf"));

        Assert.Null(page.Text);
        Assert.Equal((1653, 2339), (reader.Image.Width, reader.Image.Height));
    }

    [Fact]
    public void Invisible_text_without_an_image_is_not_taken_either()
    {
        PageContent page = ReadPage($"BT 3 Tr /F1 12 Tf 72 700 Td ({Sentence}) Tj ET");

        Assert.Null(page.Text);
    }

    [Fact]
    public void Text_under_an_image_of_the_whole_page_is_hidden()
    {
        var pdf = new PdfBuilder();
        int image = pdf.AddStream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            [200]
        );
        string text = string.Concat(
            Enumerable.Range(0, 20).Select(i => $"1 0 0 1 60 {800 - 20 * i} Tm ({Sentence}) Tj ")
        );
        string drawn = $"BT /F1 12 Tf {text} ET q 595 0 0 842 0 0 cm /Im0 Do Q";

        Assert.Null(ReadPage(pdf.Page(drawn, resources: $"/XObject << /Im0 {image} 0 R >>")).Text);
    }

    [Fact]
    public void A_font_that_does_not_say_what_its_glyphs_mean_is_read_from_pixels()
    {
        string? robust = TestFiles.Shared("data/robust/pdf/ocrmypdf");
        Assert.SkipWhen(robust is null, "The shared documents are not on this machine: set CIS_SHARED.");
        using var reader = new TestReader();

        PageContent page = reader.ReadFirst($"{robust}/truetype_font_nomapping.pdf");

        Assert.Null(page.Text);
        Assert.Equal(RegionKind.Doubtful, Assert.Single(page.Regions).Kind);
    }

    [Fact]
    public void A_caption_beside_a_box_is_the_page()
    {
        Assert.Equal("Figure 1", ReadPage("100 100 300 300 re f BT /F1 12 Tf 72 700 Td (Figure 1) Tj ET").Text!.Text);
    }

    [Fact]
    public void A_blank_page_is_empty_text_and_needs_no_reading()
    {
        PageText page = ReadPage("").Text!;

        Assert.Equal("", page.Text);
        Assert.Empty(page.Lines);
        Assert.Empty(page.Paragraphs);
    }

    [Fact]
    public void Text_outside_the_page_is_left_out()
    {
        PageText page = ReadPage($"BT /F1 12 Tf 72 700 Td ({Sentence}) Tj 0 300 Td (cropped away) Tj ET").Text!;

        Assert.Equal(Sentence, page.Text);
    }

    [Fact]
    public void Two_columns_written_row_by_row_are_read_one_after_the_other()
    {
        PageText page = ReadPage($"BT {TwoColumns} ET").Text!;

        Assert.Equal(
            [.. Enumerable.Range(0, 6).Select(i => $"left {i}"), .. Enumerable.Range(0, 6).Select(i => $"right {i}")],
            page.Lines.Select(line => $"{line.Words[0].Text} {line.Words[2].Text}"),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Columns_and_what_runs_across_them_are_blocks()
    {
        const string Above =
            "/F1 11 Tf 1 0 0 1 60 714 Tm (A line as wide as both of the columns, and set like them as well) Tj ";
        const string Below = "/F1 11 Tf 1 0 0 1 300 616 Tm (117) Tj ";

        PageText page = ReadPage($"BT {Above} {TwoColumns} {Below} ET").Text!;

        Assert.Equal([new(0, 1), new(1, 6), new(2, 6), new(3, 1)], page.Paragraphs);
    }

    [Fact]
    public void A_head_drawn_last_is_read_first_and_leaves_the_text_whole()
    {
        const string Content =
            "BT /F1 11 Tf 1 0 0 1 60 700 Tm (The first line of the only paragraph runs on to the margin,) Tj "
            + "1 0 0 1 60 686 Tm (and so it does) Tj 1 0 0 1 60 672 Tm (to its end) Tj 1 0 0 1 60 658 Tm (here.) Tj "
            + "1 0 0 1 400 760 Tm (Page 3) Tj ET";

        PageText page = ReadPage(Content).Text!;

        Assert.Equal("Page 3", page.Lines[0].Text);
        Assert.Equal([1, 4], page.Paragraphs.Select(paragraph => paragraph.Lines));
    }

    [Fact]
    public void The_cells_of_a_table_stay_in_their_row()
    {
        const string Rows =
            "1 0 0 1 60 700 Tm (June) Tj 1 0 0 1 300 700 Tm (20) Tj 1 0 0 1 60 680 Tm (July) Tj 1 0 0 1 300 680 Tm (31) Tj "
            + "1 0 0 1 60 660 Tm (August) Tj 1 0 0 1 300 660 Tm (12) Tj 1 0 0 1 60 640 Tm (May) Tj 1 0 0 1 300 640 Tm (7) Tj";

        PageText page = ReadPage($"BT /F1 11 Tf {Rows} ET").Text!;

        Assert.Equal(
            ["June 20", "July 31", "August 12", "May 7"],
            page.Lines.Select(line => line.Text),
            StringComparer.Ordinal
        );
        Assert.All(page.Paragraphs, paragraph => Assert.Equal(0, paragraph.Block));
    }

    [Fact]
    public void Paragraphs_are_told_by_their_gap_their_size_and_their_indent()
    {
        const string Content =
            "BT /F1 18 Tf 1 0 0 1 60 760 Tm (A heading) Tj /F1 11 Tf "
            + "1 0 0 1 60 730 Tm (one one one one) Tj 1 0 0 1 60 716 Tm (one one one one) Tj "
            + "1 0 0 1 60 690 Tm (two two two two) Tj 1 0 0 1 60 676 Tm (two two two two) Tj "
            + "1 0 0 1 80 662 Tm (three three three) Tj 1 0 0 1 60 648 Tm (three three three) Tj ET";

        PageText page = ReadPage(Content).Text!;

        Assert.Equal(
            ["A", "one", "two", "three"],
            page.Text.Split("\n\n").Select(text => text.Split(' ')[0]),
            StringComparer.Ordinal
        );
        Assert.Equal([new(0, 1), new(0, 2), new(0, 2), new(0, 2)], page.Paragraphs);
    }

    [Theory]
    [InlineData(0, "1 0 0 1 100 700", 0)]
    [InlineData(90, "1 0 0 1 100 700", 270)]
    [InlineData(90, "0 1 -1 0 300 200", 0)]
    [InlineData(0, "0 1 -1 0 300 200", 90)]
    [InlineData(180, "1 0 0 1 100 700", 180)]
    public void A_page_says_how_to_turn_it_so_that_its_text_stands_upright(int rotate, string matrix, int expected)
    {
        string content = $"BT /F1 12 Tf {matrix} Tm 14 TL (First line of text) Tj T* (and then the second) Tj ET";

        PageText page = ReadPage(new PdfBuilder().Page(content, $"/Rotate {rotate}")).Text!;

        Assert.Equal(expected, page.Rotation);
        Assert.Equal("First line of text\nand then the second", page.Text);
    }

    [Fact]
    public void Words_have_boxes_where_the_page_shows_them()
    {
        using var reader = new TestReader();

        PageText page = reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text!;

        // Drawn at x = 64, y = 765 of 841.9 points, 20 points high; 200 dots an inch.
        TextWord title = page.Lines[0].Words[0];
        Assert.Equal("Instruments", title.Text);
        Assert.Equal(64 / 72.0 * 200, title.Box.Left, 3.0);
        Assert.InRange((841.9 - 765) / 72 * 200, title.Box.Top, title.Box.Bottom);
        Assert.InRange(title.Box.Height, 40, 80);
    }

    [Fact]
    public void The_box_of_sideways_text_begins_where_its_first_letter_stands()
    {
        // At 72 dpi pixels are points. The text runs up the page from (300, 200).
        using var reader = new TestReader { Options = new() { Dpi = 72 } };
        using DocumentSource source = new PdfBuilder()
            .Page($"BT /F1 12 Tf 0 1 -1 0 300 200 Tm ({Sentence}) Tj ET")
            .ToSource();

        Quad box = reader.ReadFirst(source).Text!.Lines[0].Box;

        Assert.Equal(842 - 200, box.TopLeft.Y, 3.0);
        Assert.InRange(box.TopLeft.X, 284, 296);
        Assert.True(box.TopRight.Y < box.TopLeft.Y);
        Assert.True(box.BottomLeft.X > box.TopLeft.X);
    }

    [Fact]
    public void Vertical_japanese_is_read_down_each_line()
    {
        var pdf = new PdfBuilder();
        int vertical = pdf.AddMincho("UniJIS-UTF16-V");
        // Each with a full stop: of a vertical font that is not in the file PDFium knows the extent of nothing else.
        string[] lines = ["海辺の町に図書館があります。", "建物は古い倉庫。", "それを改修したものです。"];
        var content = new StringBuilder("BT /F2 14 Tf ");
        for (int i = 0; i < lines.Length; i++)
        {
            string codes = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(lines[i]));
            content.Append(CultureInfo.InvariantCulture, $"1 0 0 1 {500 - 60 * i} 780 Tm <{codes}> Tj ");
        }

        pdf.Page(content.Append("ET").ToString(), resources: $"/Font << /F2 {vertical} 0 R >>");

        PageText page = ReadPage(pdf).Text!;

        Assert.Equal(string.Join('\n', lines), page.Text);
        Assert.Equal([new(0, 3)], page.Paragraphs);
    }

    [Theory]
    [InlineData(FuriganaMode.After, "吾輩は猫である\n名前はまだ無い\n\nわがはい ねこ なまえ")]
    [InlineData(FuriganaMode.Drop, "吾輩は猫である\n名前はまだ無い")]
    public void Furigana_drawn_before_their_line_do_not_cut_the_sentence(FuriganaMode mode, string text)
    {
        var pdf = new PdfBuilder();
        int horizontal = pdf.AddMincho("UniJIS-UTF16-H");
        (string Text, int Size, int X, int Y)[] drawn =
        [
            ("わがはい", 10, 60, 722),
            ("ねこ", 10, 125, 722),
            ("吾輩は猫である", 20, 60, 700),
            ("なまえ", 10, 65, 682),
            ("名前はまだ無い", 20, 60, 660),
        ];
        var content = new StringBuilder("BT ");
        foreach ((string line, int size, int x, int y) in drawn)
        {
            string codes = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(line));
            content.Append(CultureInfo.InvariantCulture, $"/F2 {size} Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ");
        }

        using var reader = new TestReader { Options = new() { Furigana = mode } };
        using DocumentSource source = pdf.Page(
                content.Append("ET").ToString(),
                resources: $"/Font << /F2 {horizontal} 0 R >>"
            )
            .ToSource();

        Assert.Equal(text, reader.ReadFirst(source).Text!.Text);
    }

    [Fact]
    public void What_was_filled_in_and_noted_on_a_page_is_part_of_its_text()
    {
        var pdf = new PdfBuilder();
        int appearance = pdf.AddStream(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 3 0 R >> >>",
            "BT /F1 12 Tf 2 5 Td (Ada Lovelace) Tj ET"u8
        );
        int note = pdf.Add(
            "<< /Type /Annot /Subtype /FreeText /F 4 /Rect [200 690 400 710] "
                + $"/Contents (Ada Lovelace) /DA (/F1 12 Tf) /AP << /N {appearance} 0 R >> >>"
        );
        pdf.Page("BT /F1 12 Tf 72 695 Td (Name of the applicant:) Tj ET", $"/Annots [{note} 0 R]");

        Assert.Equal("Name of the applicant: Ada Lovelace", ReadPage(pdf).Text!.Text);
    }

    /// <summary>Two columns of six lines, drawn row by row.</summary>
    private static string TwoColumns { get; } = DrawTwoColumns();

    private static string DrawTwoColumns()
    {
        var content = new StringBuilder("/F1 11 Tf ");
        for (int i = 0; i < 6; i++)
        {
            int y = 700 - 14 * i;
            content.Append(
                CultureInfo.InvariantCulture,
                $"1 0 0 1 60 {y} Tm (left line {i} runs on to the gutter) Tj "
            );
            content.Append(
                CultureInfo.InvariantCulture,
                $"1 0 0 1 320 {y} Tm (right line {i} runs on to the edge) Tj "
            );
        }

        return content.ToString();
    }

    private static PageContent ReadPage(string content) => ReadPage(new PdfBuilder().Page(content));

    private static PageContent ReadPage(PdfBuilder pdf)
    {
        using var reader = new TestReader();
        using DocumentSource source = pdf.ToSource();
        return reader.ReadFirst(source);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Lines joined as a reader would, so that only the order, words and paragraphs are compared.</summary>
    private static string Unwrap(string text) => string.Join('\n', text.Trim().Split("\n\n").Select(JoinLines));

    private static string JoinLines(string paragraph)
    {
        string joined = "";
        foreach (string line in paragraph.Split('\n'))
        {
            bool glued = joined.Length == 0 || joined[^1] is '-' or > '\u2E80' || line[0] > '\u2E80';
            joined += (glued ? "" : " ") + line;
        }

        return joined;
    }
}
