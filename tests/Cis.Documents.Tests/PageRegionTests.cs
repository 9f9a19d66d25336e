using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class PageRegionTests
{
    private const string Heading = "BT /F1 14 Tf 60 780 Td (Registry office of the northern district) Tj ET ";

    [Fact]
    public void An_image_with_strokes_like_letters_is_left_to_be_read_beside_the_text()
    {
        PageContent page = Read(Stripes(strokes: true));

        Assert.Null(page.Text);
        Assert.Equal([RegionKind.Text, RegionKind.Pixels], page.Regions.Select(region => region.Kind));
        Assert.Equal("Registry office of the northern district", page.Regions[0].Lines[0].Line.Text);
        Assert.Equal(TextSource.TextLayer, page.Regions[0].Lines[0].Line.Source);
    }

    [Fact]
    public void The_pixels_left_to_be_read_show_no_text_that_is_taken_already()
    {
        using var reader = new TestReader();
        using DocumentSource source = Page(Stripes(strokes: true)).ToSource();

        reader.ReadFirst(source);

        int top = (int)((842 - 795) / 72.0 * 200);
        int bottom = (int)((842 - 775) / 72.0 * 200);
        for (int y = top; y < bottom; y++)
        {
            Assert.Equal(-1, reader.Image.Row(y).IndexOfAnyExcept((byte)255));
        }
    }

    [Fact]
    public void A_plain_image_needs_no_reading()
    {
        Assert.Equal("Registry office of the northern district", Read(Stripes(strokes: false)).Text!.Text);
    }

    [Fact]
    public void A_scan_with_a_watermark_in_tiles_is_all_pixels()
    {
        string tiles = string.Concat(
            Enumerable
                .Range(0, 6)
                .Select(i => $"BT /F1 8 Tf .866 .5 -.5 .866 40 {60 + 48 * i} Tm (Licensed to reader 4711) Tj ET ")
        );

        PageContent page = Read(Stripes(strokes: true), ".8 g " + tiles);

        Assert.Equal(RegionKind.Pixels, Assert.Single(page.Regions).Kind);
    }

    [Fact]
    public void Letterspaced_words_are_words()
    {
        var pdf = new PdfBuilder();
        pdf.Page("BT /F1 16 Tf 8 Tc 60 780 Td (INVOICE NUMBER) Tj ET");

        Assert.Equal("INVOICE NUMBER", Read(pdf).Text!.Text);
    }

    [Fact]
    public void Single_digits_in_a_row_of_cells_stay_apart()
    {
        var pdf = new PdfBuilder();
        pdf.Page("BT /F1 12 Tf 60 780 Td [(1) -1000 (2) -1000 (3) -1000 (4) -1000 (5)] TJ ET");

        Assert.Equal("1 2 3 4 5", Read(pdf).Text!.Text);
    }

    [Theory]
    [InlineData("Fhsymjw tk ymj mfwgtzw tkknhj fsi nyx uzgqnh wjhtwi", RegionKind.Doubtful)]
    [InlineData("Aaaaaaa aa aaa aaaaaaa aaaaaa aaa aaa aaaaaa aaaaaa", RegionKind.Doubtful)]
    [InlineData("Charter of the harbour office and its public record", null)]
    public void Text_that_no_language_has_is_not_believed_at_once(string text, RegionKind? kind)
    {
        var pdf = new PdfBuilder();
        pdf.Page($"BT /F1 12 Tf 60 780 Td ({text}) Tj ET");

        PageContent page = Read(pdf);

        Assert.Equal(kind, page.Regions.Count == 0 ? null : page.Regions[0].Kind);
        Assert.Equal(kind is null, page.Text is not null);
    }

    [Theory]
    [InlineData(true, RegionKind.Unreadable)]
    [InlineData(false, null)]
    public void A_verdict_on_a_font_holds_for_the_document(bool lies, RegionKind? kind)
    {
        const string Enciphered = "BT /F1 12 Tf 60 780 Td (Fhsymjw tk ymj mfwgtzw tkknhj fsi nyx uzgqnh wjhtwi) Tj ET";
        using var reader = new TestReader();
        using DocumentSource source = new PdfBuilder().Page(Enciphered).Page(Enciphered).ToSource();
        using IDocument document = reader.Open(source);
        PageContent first = document.Read(0, reader.Image, TestContext.Current.CancellationToken);

        document.Judge(new FontVerdict(first.Regions[0].Font!, lies));
        PageContent second = document.Read(1, reader.Image, TestContext.Current.CancellationToken);

        Assert.Equal(kind, second.Regions.Count == 0 ? null : second.Regions[0].Kind);
    }

    [Fact]
    public void A_note_without_an_appearance_gives_its_words_unless_it_is_hidden()
    {
        var pdf = new PdfBuilder();
        int shown = pdf.Add(
            "<< /Type /Annot /Subtype /FreeText /F 4 /Rect [60 600 400 640] /DA (/Helv 14 Tf 0 g) "
                + "/Contents (Approved by the harbour master) >>"
        );
        int hidden = pdf.Add(
            "<< /Type /Annot /Subtype /FreeText /F 2 /Rect [60 500 400 540] /Contents (HIDDENNOTE) >>"
        );
        pdf.Page(Heading, $"/Annots [{shown} 0 R {hidden} 0 R]");

        Assert.Equal(
            ["Registry office of the northern district", "Approved by the harbour master"],
            Read(pdf).Text!.Lines.Select(line => line.Text)
        );
    }

    [Fact]
    public void Values_filled_in_after_all_labels_stand_beside_them()
    {
        string[] names = ["Name:", "Town:", "Order:", "Pier:"];
        string[] values = ["Heron", "Seaford", "88120", "North"];
        var content = new StringBuilder("BT /F1 12 Tf ");
        for (int i = 0; i < names.Length; i++)
        {
            content.Append($"1 0 0 1 60 {600 - 30 * i} Tm ({names[i]}) Tj ");
        }

        for (int i = 0; i < values.Length; i++)
        {
            content.Append($"1 0 0 1 120 {600 - 30 * i} Tm ({values[i]}) Tj ");
        }

        string[] words = Read(new PdfBuilder().Page(content.Append("ET").ToString()))
            .Text!.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["Name:", "Heron", "Town:", "Seaford", "Order:", "88120", "Pier:", "North"], words);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Letters_drawn_one_by_one_in_no_order_are_lines(int seed)
    {
        // Helvetica, in thousandths.
        const int Wide = 556;
        string[] lines = ["abedno an ebon dune", "a bean and one baboon", "no one open abode"];
        var letters = new List<string>();
        for (int row = 0; row < lines.Length; row++)
        {
            for (int i = 0; i < lines[row].Length; i++)
            {
                string place = FormattableString.Invariant($"{60 + i * Wide * 0.012} {700 - 16 * row}");
                letters.AddRange(lines[row][i] == ' ' ? [] : [$"1 0 0 1 {place} Tm ({lines[row][i]}) Tj"]);
            }
        }

        string[] shuffled = [.. letters];
        new Random(seed).Shuffle(shuffled);

        Assert.Equal(
            lines,
            Read(new PdfBuilder().Page($"BT /F1 12 Tf {string.Join(' ', shuffled)} ET"))
                .Text!.Lines.Select(line => line.Text)
        );
    }

    [Fact]
    public void Lines_drawn_from_the_bottom_up_are_read_from_the_top_down()
    {
        const string Content =
            "BT /F1 12 Tf 1 0 0 1 60 600 Tm (third line of the page) Tj 1 0 0 1 60 620 Tm (second line of the page) Tj "
            + "1 0 0 1 60 640 Tm (first line of the page) Tj ET";

        Assert.Equal(
            ["first", "second", "third"],
            Read(new PdfBuilder().Page(Content)).Text!.Lines.Select(line => line.Words[0].Text)
        );
    }

    private static PageContent Read(byte[] image, string over = Heading) => Read(Page(image, over));

    private static PageContent Read(PdfBuilder pdf)
    {
        using var reader = new TestReader();
        using DocumentSource source = pdf.ToSource();
        return reader.ReadFirst(source);
    }

    private static PdfBuilder Page(byte[] image, string over = Heading)
    {
        var pdf = new PdfBuilder();
        int number = pdf.AddStream(
            $"/Type /XObject /Subtype /Image /Width {Side} /Height {Side} /ColorSpace /DeviceGray /BitsPerComponent 8",
            image
        );
        return pdf.Page($"q 400 0 0 400 100 100 cm /Im0 Do Q {over}", resources: $"/XObject << /Im0 {number} 0 R >>");
    }

    // Pixels of the image; 200 on 400 points are 36 dpi: a stroke of one is two points wide.
    private const int Side = 200;

    /// <summary>A white square, with rows of upright strokes or with one large gray area.</summary>
    private static byte[] Stripes(bool strokes)
    {
        byte[] image = new byte[Side * Side];
        for (int i = 0; i < image.Length; i++)
        {
            (int x, int y) = (i % Side, i / Side);
            bool ink = strokes ? y % 20 < 8 && x % 3 == 0 : x > 50 && x < 150;
            image[i] = ink ? (byte)60 : (byte)255;
        }

        return image;
    }
}
