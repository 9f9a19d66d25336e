using Cis.Pages;

namespace Cis.Documents.Tests;

public class RenderingTests
{
    private static readonly ReadingOptions s_pixelsAt72 = new() { Dpi = 72, TextLayer = TextLayerMode.Never };

    [Fact]
    public void A_page_without_color_is_rendered_in_gray_and_one_with_color_is_not()
    {
        Assert.Equal(PixelFormat.Gray8, FormatOf("0.5 g 0 0 100 100 re f"));
        Assert.Equal(PixelFormat.Bgr24, FormatOf("1 0 0 rg 0 0 100 100 re f"));
    }

    [Theory]
    [InlineData(0, 100, 200, 10, 190)]
    [InlineData(90, 200, 100, 10, 10)]
    [InlineData(180, 100, 200, 90, 10)]
    [InlineData(270, 200, 100, 190, 90)]
    public void A_page_is_turned_as_it_says(int rotate, int width, int height, int x, int y)
    {
        using var reader = new TestReader { Options = s_pixelsAt72 };
        // A black square in the lower left corner.
        using DocumentSource source = new PdfBuilder()
            .Page("0 g 0 0 20 20 re f", $"/Rotate {rotate}", mediaBox: "0 0 100 200")
            .ToSource();

        reader.ReadFirst(source);

        Assert.Equal((width, height), (reader.Image.Width, reader.Image.Height));
        Assert.Equal(0, reader.Image.Row(y)[x]);
        Assert.Equal(255, reader.Image.Row(height / 2)[width / 2]);
    }

    [Fact]
    public void A_page_over_the_limit_is_rendered_smaller_and_says_so()
    {
        ReadingOptions options = s_pixelsAt72 with
        {
            Dpi = 200,
            Limits = new() { MaxPixelsPerPage = 100_000 },
        };
        using var reader = new TestReader { Options = options };

        PageContent page = reader.ReadFirst(TestFiles.Data("born-digital.pdf"));

        Assert.InRange(reader.Image.Width * reader.Image.Height, 95_000, 100_000);
        Assert.InRange(page.Dpi, 30, 35);
        Assert.Contains("100000 pixels", page.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 0 360000 360000")]
    [InlineData("0 0 14400 1")]
    [InlineData("0 0 0.01 0.01")]
    [InlineData("0 0 -5 900000000")]
    public void A_page_of_any_size_stays_within_the_limit(string mediaBox)
    {
        using var reader = new TestReader { Options = s_pixelsAt72 with { Dpi = 200 } };
        using DocumentSource source = new PdfBuilder().Page("0 g 0 0 1 1 re f", mediaBox: mediaBox).ToSource();

        reader.ReadFirst(source);

        Assert.InRange((long)reader.Image.Width * reader.Image.Height, 1, new DocumentLimits().MaxPixelsPerPage);
    }

    [Fact]
    public void A_form_field_without_an_appearance_is_drawn()
    {
        var pdf = new PdfBuilder();
        const int FieldNumber = 4;
        int field = pdf.Add(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (WWWWWWWWWW) /F 4 /DA (/Helv 40 Tf 0 g) "
                + "/Rect [50 700 450 750] >>"
        );
        Assert.Equal(FieldNumber, field);
        pdf.Page("", $"/Annots [{field} 0 R]");
        byte[] bytes = WithForm(pdf.Build(), FieldNumber);
        using var reader = new TestReader { Options = s_pixelsAt72 };
        using var source = DocumentSource.FromBytes(bytes, "form.pdf", new());

        reader.ReadFirst(source);

        Assert.True(HasInk(reader.Image, 842 - 750, 842 - 700));
    }

    [Fact]
    public void A_cancelled_page_ends_within_its_rendering_and_the_next_one_is_read()
    {
        using var reader = new TestReader { Options = s_pixelsAt72 with { Dpi = 300 } };
        // Transparent full-page squares by the thousand: seconds of drawing.
        string content =
            "q 0.1 g " + string.Concat(Enumerable.Repeat("0 0 595 842 re 10 10 500 500 re f* ", 20_000)) + "Q";
        using DocumentSource source = new PdfBuilder().Page(content).Page("0 g 0 0 100 100 re f").ToSource();
        using IDocument document = reader.Open(source);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Assert.ThrowsAny<OperationCanceledException>(() => document.Read(0, reader.Image, soon.Token));

        Assert.Null(document.Read(1, reader.Image, CancellationToken.None).Text);
        Assert.Equal(0, reader.Image.Row(reader.Image.Height - 10)[10]);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(1, "/Rotate 90")]
    [InlineData(3, "")]
    [InlineData(3, "/Rotate 270")]
    public void A_page_that_is_one_jpeg_looks_as_pdfium_draws_it(int channels, string entries)
    {
        (int[] direct, int[] drawn) = (Picture("", channels, entries), Picture("0 0 1 1 re", channels, entries));

        // The path alone, which nobody sees, sends the page to PDFium.
        double difference = direct.Zip(drawn, (a, b) => (double)Math.Abs(a - b)).Average();
        Assert.InRange(difference, 0, 1.5);
        Assert.True(drawn.Max() - drawn.Min() > 100);
    }

    [Theory]
    [InlineData("/Decode [1 0]")]
    [InlineData("/SMask 4 0 R")]
    [InlineData("/Mask [0 40]")]
    public void A_jpeg_that_is_not_shown_as_it_is_is_left_to_pdfium(string meaning)
    {
        int[] direct = Picture("", 1, "", meaning);
        int[] drawn = Picture("0 0 1 1 re n", 1, "", meaning);

        Assert.Equal(drawn, direct);
    }

    private static PixelFormat FormatOf(string content)
    {
        using var reader = new TestReader { Options = s_pixelsAt72 };
        using DocumentSource source = new PdfBuilder().Page(content).ToSource();
        reader.ReadFirst(source);
        return reader.Image.Format;
    }

    /// <summary>Every pixel of a page of one JPEG, twice the page's resolution, after some more content.</summary>
    private static int[] Picture(string more, int channels, string entries, string meaning = "")
    {
        byte[] jpeg = File.ReadAllBytes(TestFiles.Data(channels == 1 ? "images/gray.jpg" : "images/color.jpg"));
        var pdf = new PdfBuilder();
        int mask = pdf.AddStream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            [128]
        );
        Assert.Equal(4, mask);
        int image = pdf.AddStream(
            $"/Type /XObject /Subtype /Image /Width 32 /Height 32 /BitsPerComponent 8 /Filter /DCTDecode "
                + $"/ColorSpace /{(channels == 1 ? "DeviceGray" : "DeviceRGB")} {meaning}",
            jpeg
        );
        string drawn = $"q 16 0 0 16 0 0 cm /Im0 Do Q {more}";
        pdf.Page(drawn, entries, $"/XObject << /Im0 {image} 0 R >>", "0 0 16 16");
        using var reader = new TestReader { Options = s_pixelsAt72 };
        using DocumentSource source = pdf.ToSource();
        reader.ReadFirst(source);
        var pixels = new List<int>();
        for (int y = 0; y < reader.Image.Height; y++)
        {
            foreach (byte value in reader.Image.Row(y))
            {
                pixels.Add(value);
            }
        }

        return [.. pixels];
    }

    /// <summary>The catalog of a built PDF with a form of one field; PDFium finds the moved objects by itself.</summary>
    private static byte[] WithForm(byte[] pdf, int field)
    {
        string text = System.Text.Encoding.Latin1.GetString(pdf);
        string form = $"/AcroForm << /Fields [{field} 0 R] /DA (/Helv 0 Tf 0 g) /NeedAppearances true >>";
        return System.Text.Encoding.Latin1.GetBytes(text.Replace("/Type /Catalog", $"/Type /Catalog {form}"));
    }

    private static bool HasInk(PageImage image, int top, int bottom)
    {
        for (int y = top; y < bottom; y++)
        {
            if (image.Row(y).IndexOfAnyInRange((byte)0, (byte)100) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
