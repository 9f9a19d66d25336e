using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public sealed class SearchablePdfTests
{
    private const string Scan = "0.9 g 0 0 595 842 re f";

    private static readonly TextLine Greeting = Searchable.Line(
        "Dear reader of tomorrow",
        Quad.FromRectangle(200, 300, 1000, 340)
    );

    // A column that is read downwards: its first corner is the top right one of the upright box.
    private static readonly Quad Column = new(new(900, 200), new(900, 800), new(850, 800), new(850, 200));

    [Fact]
    public void The_file_stays_as_it_was_and_the_layer_is_put_behind_it()
    {
        byte[] file = new PdfBuilder().Page(Scan).Build();
        using var source = DocumentSource.FromBytes(file, "scan.pdf", new());

        (byte[] copy, IReadOnlyList<string> notes) = Searchable.Make(source, Searchable.Page(Greeting));

        Assert.True(copy.AsSpan().StartsWith(file));
        Assert.Equal("Dear reader of tomorrow", Searchable.TextOf(copy));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    [InlineData(450)]
    [InlineData(-90)]
    public void Words_stand_within_their_boxes_however_the_page_is_turned(int rotate)
    {
        string box = "50 100 645 942";
        PdfBuilder pdf = new PdfBuilder().Page(Scan, $"/Rotate {rotate} /CropBox [60 110 500 900]", mediaBox: box);
        bool isSideways = rotate % 180 != 0;
        (int width, int height) = isSideways ? (2194, 1222) : (1222, 2194);

        byte[] copy = Searchable.Make(pdf, Searchable.Page(width, height, Greeting));

        AssertWithin(Greeting, Searchable.Read(copy)[0]!);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    [InlineData(-8)]
    public void Words_of_a_line_that_leans_stand_on_it(int degrees)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        PagePoint At(double along, double down) =>
            new((float)(300 + along * cos - down * sin), (float)(900 + along * sin + down * cos));
        TextLine line = Searchable.Line("leaning but legible", new(At(0, 0), At(700, 0), At(700, 40), At(0, 40)));

        byte[] copy = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(line));

        // What leans a little is set straight, through the middle of the edge it stands on.
        AssertWithin(line, Searchable.Read(copy)[0]!, tolerance: 15);
    }

    [Fact]
    public void Japanese_is_found_along_and_down_the_page()
    {
        TextLine across = Searchable.Line("図書館のご案内", Quad.FromRectangle(200, 100, 600, 150));
        TextLine down = Searchable.Line("海辺の町に小さな図書館がある", Column);

        byte[] copy = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(across, down));

        PageText read = Searchable.Read(copy)[0]!;
        Assert.Contains("図書館のご案内", read.Text, StringComparison.Ordinal);
        Assert.Contains("海辺の町に小さな図書館がある", read.Text.Replace("\n", ""), StringComparison.Ordinal);
        AssertWithin(down, read);
    }

    [Fact]
    public void Any_script_is_found_as_itself()
    {
        const string Text = "吉野家 Æþľ Ωя";
        TextLine line = Searchable.Line(Text, Quad.FromRectangle(200, 300, 1000, 340));

        byte[] copy = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(line));

        Assert.Equal(Text, Searchable.TextOf(copy));
    }

    [Fact]
    public void A_page_with_text_of_its_own_keeps_that_alone()
    {
        PdfBuilder pdf = new PdfBuilder().Page("BT /F1 12 Tf 72 700 Td (printed here) Tj ET").Page(Scan);
        PageText own = Searchable.Page(Greeting) with { Source = TextSource.TextLayer };

        byte[] copy = Searchable.Make(pdf, own, Searchable.Page(Greeting));

        Assert.Equal("printed here\n\nDear reader of tomorrow", Searchable.TextOf(copy));
    }

    [Fact]
    public void Of_a_page_of_both_kinds_only_what_was_read_from_pixels_is_added()
    {
        PdfBuilder pdf = new PdfBuilder().Page("BT /F1 12 Tf 72 100 Td (printed here) Tj ET");
        TextLine printed = Searchable.Line("printed here", Quad.FromRectangle(200, 2030, 400, 2060));
        PageText both = Searchable.Page(printed with { Source = TextSource.TextLayer }, Greeting) with
        {
            Source = TextSource.Mixed,
        };

        string text = Searchable.TextOf(Searchable.Make(pdf, both));

        Assert.Contains("Dear reader of tomorrow", text, StringComparison.Ordinal);
        Assert.Equal(
            text.IndexOf("printed", StringComparison.Ordinal),
            text.LastIndexOf("printed", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("0.9 g 0 0 595 842 re f BT /F1 12 Tf 3 Tr 72 700 Td (wr0ng) Tj ET", "")]
    [InlineData("q BT 3 Tr /F1 12 Tf 72 700 Td [(wr) 20 (0ng)] TJ T* (wr0ng) ' ET Q 0 0 9 9 re f", "")]
    [InlineData("/Old Do 0 0 9 9 re f", "BT 3 Tr /F1 12 Tf 72 700 Td (wr0ng) Tj ET")]
    public void An_invisible_layer_that_was_there_is_replaced(string content, string form)
    {
        var pdf = new PdfBuilder();
        int old = pdf.AddStream(
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>",
            Encoding.Latin1.GetBytes(form)
        );
        pdf.Page(content, resources: $"/XObject << /Old {old} 0 R >>");

        byte[] copy = Searchable.Make(pdf, Searchable.Page(Greeting));

        Assert.Equal("Dear reader of tomorrow", Searchable.TextOf(copy));
    }

    [Fact]
    public void Text_that_is_seen_stays_with_what_its_place_depends_on()
    {
        const string Content =
            "BT /F1 12 Tf 72 700 Td 3 Tr (hidden ) Tj 0 Tr (seen) Tj ET BT 3 Tr 72 600 Td (gone) Tj ET";

        string text = Searchable.TextOf(Searchable.Make(new PdfBuilder().Page(Content), Searchable.Page(Greeting)));

        Assert.Contains("hidden seen", text, StringComparison.Ordinal);
        Assert.DoesNotContain("gone", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_in_the_content_is_passed_over_when_an_old_layer_is_taken_out()
    {
        const string Content =
            "q 9 0 0 9 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x01 EI( EI Q BT 3 Tr /F1 12 Tf 72 700 Td (wr0ng) Tj ET";

        byte[] copy = Searchable.Make(new PdfBuilder().Page(Content), Searchable.Page(Greeting));

        Assert.Equal("Dear reader of tomorrow", Searchable.TextOf(copy));
    }

    [Fact]
    public void A_copy_of_a_copy_has_the_text_once()
    {
        byte[] first = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(Greeting));
        using var source = DocumentSource.FromBytes(first, "copy.pdf", new());

        (byte[] second, _) = Searchable.Make(source, Searchable.Page(Greeting));

        Assert.True(second.AsSpan().StartsWith(first));
        Assert.Equal("Dear reader of tomorrow", Searchable.TextOf(second));
    }

    [Fact]
    public void The_last_producer_named_is_this_program()
    {
        byte[] copy = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(Greeting));

        ReadOnlySpan<byte> last = copy.AsSpan(copy.AsSpan().LastIndexOf("/Producer"u8));
        Assert.True(last.StartsWith("/Producer (cis 1.2.3)"u8));
    }

    [Fact]
    public void A_signed_file_is_said_to_lose_its_signature()
    {
        var pdf = new PdfBuilder();
        pdf.Add("<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00> >>");
        pdf.Page(Scan);
        using DocumentSource source = pdf.ToSource();

        (_, IReadOnlyList<string> notes) = Searchable.Make(source, Searchable.Page(Greeting));

        Assert.Contains("loses its signature", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_file_to_which_nothing_is_added_keeps_its_signature()
    {
        var pdf = new PdfBuilder();
        pdf.Add("<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00> >>");
        pdf.Page("BT /F1 12 Tf 72 700 Td (printed here) Tj ET");
        using DocumentSource source = pdf.ToSource();
        PageText own = Searchable.Page(Greeting) with { Source = TextSource.TextLayer };

        (byte[] copy, IReadOnlyList<string> notes) = Searchable.Make(source, own);

        Assert.Equal(pdf.Build(), copy);
        Assert.Empty(notes);
    }

    [Fact]
    public void A_claim_to_be_pdf_a_is_not_carried_over()
    {
        var pdf = new PdfBuilder();
        byte[] xmp = Encoding.UTF8.GetBytes(
            "<x><pdfaid:part>2</pdfaid:part><r pdfaid:conformance='B' dc:title=\"é\"/></x>"
        );
        int metadata = pdf.AddStream("/Type /Metadata /Subtype /XML", xmp);
        pdf.CatalogEntries = $"/Metadata {metadata} 0 R";
        using DocumentSource source = pdf.Page(Scan).ToSource();

        (byte[] copy, IReadOnlyList<string> notes) = Searchable.Make(source, Searchable.Page(Greeting));

        Assert.Contains("PDF/A", Assert.Single(notes), StringComparison.Ordinal);
        Assert.True(copy.AsSpan(pdf.Build().Length).IndexOf(Encoding.UTF8.GetBytes("<x><r dc:title=\"é\"/></x>")) > 0);
    }

    [Fact]
    public void An_encrypted_file_is_refused_before_it_is_read()
    {
        using var reader = new TestReader();
        using var source = DocumentSource.FromFile(TestFiles.Data("encrypted.pdf"), reader.Options.Limits);

        ReadException e = Assert.Throws<ReadException>(() =>
            SearchableCopy.Prepare(source, reader.Options, reader.LoadGuard())
        );

        Assert.Equal(Outcome.Encrypted, e.Outcome);
        Assert.Contains("encrypted.pdf is encrypted", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_no_place_leave_the_others_theirs()
    {
        TextLine nowhere = Searchable.Line(
            "to infinity",
            Quad.FromRectangle(float.NegativeInfinity, 10, float.PositiveInfinity, float.NaN)
        );
        TextLine point = Searchable.Line("no extent", Quad.FromRectangle(5, 5, 5, 5));

        byte[] copy = Searchable.Make(new PdfBuilder().Page(Scan), Searchable.Page(nowhere, point, Greeting));

        Assert.Equal("Dear reader of tomorrow", Searchable.TextOf(copy));
    }

    private static void AssertWithin(TextLine expected, PageText read, float tolerance = 2)
    {
        foreach (TextWord word in expected.Words)
        {
            TextWord found = read.Lines.SelectMany(line => line.Words).Single(other => other.Text == word.Text);
            Assert.InRange(found.Box.Left, word.Box.Left - tolerance, word.Box.Right);
            Assert.InRange(found.Box.Right, word.Box.Left, word.Box.Right + tolerance);
            Assert.InRange(found.Box.Top, word.Box.Top - tolerance, word.Box.Bottom);
            Assert.InRange(found.Box.Bottom, word.Box.Top, word.Box.Bottom + tolerance);
        }
    }
}
