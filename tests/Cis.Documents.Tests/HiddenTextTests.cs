namespace Cis.Documents.Tests;

public class HiddenTextTests
{
    private const string Seen = "BT /F1 14 Tf 60 740 Td (Report of the harbour office) Tj ET ";
    private const string SeenText = "Report of the harbour office";

    [Theory]
    [InlineData("BT /F1 14 Tf 60 700 Td (SECRET) Tj ET 0 g 50 690 200 30 re f", "under a black box")]
    [InlineData("BT /F1 14 Tf 60 700 Td (SECRET) Tj ET 1 g 50 690 200 30 re f", "under a white patch")]
    [InlineData("1 g BT /F1 14 Tf 60 700 Td (SECRET) Tj ET", "white on white")]
    [InlineData("0 g 50 690 200 30 re f BT /F1 14 Tf 60 700 Td (SECRET) Tj ET", "black on black")]
    [InlineData("BT /F1 1 Tf 60 700 Td (SECRET) Tj ET", "of one point")]
    [InlineData("BT /F1 14 Tf 3 Tr 60 700 Td (SECRET) Tj ET", "in mode 3")]
    [InlineData("q 400 100 50 50 re W n BT /F1 14 Tf 60 700 Td (SECRET) Tj ET Q", "outside its clip")]
    [InlineData("q /Clear gs BT /F1 14 Tf 60 700 Td (SECRET) Tj ET Q", "with alpha 0")]
    [InlineData("BT /F1 14 Tf 60 700 Td (SECRET) Tj ET q 200 0 0 40 50 690 cm /Gray Do Q", "under an image")]
    [InlineData("BT /F1 14 Tf 60 700 Td (gypsy) Tj ET 0 g 50 699 200 20 re f", "under a box that leaves its tails")]
    [InlineData("q 50 708 200 30 re W n BT /F1 14 Tf 60 700 Td (bulk) Tj ET Q", "clipped but for its tops")]
    [InlineData("0 g 90 690 4 30 re f 1 g BT /F1 14 Tf 60 700 Td (SECRET) Tj ET", "white on white but for a bar")]
    public void Text_that_a_viewer_does_not_show_is_not_text(string drawn, string how)
    {
        Assert.True(Read(drawn).Text?.Text == SeenText, how);
    }

    [Theory]
    [InlineData("0 g 50 690 200 30 re f 1 g BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET", "white on black")]
    [InlineData("0.9 g 50 690 200 30 re f 0 g BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET", "black on a zebra's stripe")]
    [InlineData("BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET 50 690 200 30 re S", "in a frame drawn after it")]
    [InlineData("BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET 0 g 60 698 60 1 re f", "underlined")]
    [InlineData("BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET q /Marker gs 1 1 0 rg 50 690 200 30 re f Q", "under a marker")]
    [InlineData("q 50 690 200 30 re W n BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET Q", "inside its clip")]
    [InlineData("q 0.8 g BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET Q", "in light gray")]
    [InlineData(
        "0 g 60 699 60 12 re f 1 g BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET",
        "white on a bar as high as its letters"
    )]
    [InlineData("q 200 0 0 40 50 690 cm /Gray Do Q 1 g BT /F1 14 Tf 60 700 Td (SHOWN) Tj ET", "white on a gray image")]
    public void Text_that_a_viewer_shows_is_text(string drawn, string how)
    {
        Assert.True(
            Read(drawn).Text?.Text == SeenText + "\n\nSHOWN" || Read(drawn).Text?.Text == SeenText + "\nSHOWN",
            how
        );
    }

    [Fact]
    public void A_word_of_a_line_that_is_blacked_out_is_missing_from_it()
    {
        PageContent page = Read(
            "BT /F1 14 Tf 60 700 Td (The captain was born in SECRETVILLE) Tj ET 0 g 210 694 140 18 re f"
        );

        Assert.EndsWith("The captain was born in", page.Text!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_value_on_a_white_patch_replaces_the_old()
    {
        PageContent page = Read(
            "BT /F1 14 Tf 60 700 Td (Price 1250) Tj ET q 1 g 95 696 40 16 re f Q BT /F1 14 Tf 97 700 Td (9000) Tj ET"
        );

        Assert.EndsWith("Price 9000", page.Text!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_on_a_layer_that_is_switched_off_is_not_text()
    {
        var pdf = new PdfBuilder();
        int layer = pdf.Add("<< /Type /OCG /Name (Draft) >>");
        pdf.CatalogEntries = $"/OCProperties << /OCGs [{layer} 0 R] /D << /OFF [{layer} 0 R] >> >>";
        pdf.Page(
            Seen + "/OC /L BDC BT /F1 14 Tf 60 700 Td (SECRET) Tj ET EMC",
            resources: $"/Properties << /L {layer} 0 R >>"
        );

        Assert.Equal(SeenText, ReadFirst(pdf, new()).Text!.Text);
    }

    [Fact]
    public void Text_in_a_form_on_a_layer_that_is_switched_off_is_not_text()
    {
        var pdf = new PdfBuilder();
        int layer = pdf.Add("<< /Type /OCG /Name (Draft) >>");
        pdf.CatalogEntries = $"/OCProperties << /OCGs [{layer} 0 R] /D << /OFF [{layer} 0 R] >> >>";
        int form = pdf.AddStream(
            $"/Type /XObject /Subtype /Form /BBox [0 0 300 40] /Matrix [1 0 0 1 60 690] /OC {layer} 0 R "
                + "/Resources << /Font << /F1 3 0 R >> >>",
            "BT /F1 14 Tf 5 10 Td (SECRET) Tj ET"u8
        );
        pdf.Page(Seen + "/Fm Do", resources: $"/XObject << /Fm {form} 0 R >>");

        Assert.Equal(SeenText, ReadFirst(pdf, new()).Text!.Text);
    }

    [Fact]
    public void Hidden_text_is_kept_when_asked_for()
    {
        PageContent page = Read(
            "BT /F1 14 Tf 60 700 Td (SECRET) Tj ET 0 g 50 690 200 30 re f",
            new() { HiddenText = HiddenText.Keep }
        );

        Assert.Contains("SECRET", page.Text!.Text, StringComparison.Ordinal);
    }

    private static PageContent Read(string drawn) => Read(drawn, new());

    private static PageContent Read(string drawn, ReadingOptions options)
    {
        var pdf = new PdfBuilder();
        int image = pdf.AddStream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            [200]
        );
        pdf.Page(
            Seen + drawn,
            resources: $"/XObject << /Gray {image} 0 R >> "
                + "/ExtGState << /Clear << /ca 0 /CA 0 >> /Marker << /BM /Multiply /ca 0.5 >> >>"
        );
        return ReadFirst(pdf, options);
    }

    private static PageContent ReadFirst(PdfBuilder pdf, ReadingOptions options)
    {
        using var reader = new TestReader { Options = options };
        using DocumentSource source = pdf.ToSource();
        return reader.ReadFirst(source);
    }
}
