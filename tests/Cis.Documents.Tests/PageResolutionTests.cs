namespace Cis.Documents.Tests;

public class PageResolutionTests
{
    private static readonly ReadingOptions s_pixels = new() { TextLayer = TextLayerMode.Never };

    [Theory]
    [InlineData("10 0 0 10 20 20", 200 * 5.845 / 1.669)] // 60 x 120 points: a page of a user unit
    public void A_tiny_page_is_drawn_larger(string square, double dpi)
    {
        using var reader = new TestReader { Options = s_pixels };
        using DocumentSource source = new PdfBuilder()
            .Page($"q {square} cm 0 g 0 0 1 1 re f Q", mediaBox: "0 0 60 120.168")
            .ToSource();

        Assert.Equal(dpi, reader.ReadFirst(source).Dpi, 1.0);
    }

    [Fact]
    public void A_page_that_names_a_user_unit_is_drawn_larger_and_a_card_of_that_size_is_not()
    {
        Assert.Equal(400, DpiOf("/UserUnit 2"), 4.0);
        Assert.Equal(200, DpiOf(""), 0.5);
    }

    [Theory]
    [InlineData(1200, "100 0 0 100 50 50", 864)] // shrunk to a sixth: all of its pixels
    [InlineData(1200, "400 0 0 400 50 50", 200)] // as large as a scan is
    [InlineData(300, "100 0 0 100 50 50", 200)] // a logo
    public void A_scan_that_was_shrunk_on_the_page_is_rendered_in_its_own_pixels(int side, string matrix, double dpi)
    {
        var pdf = new PdfBuilder();
        int image = pdf.AddStream(
            $"/Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 8",
            new byte[side * side]
        );
        pdf.Page($"q {matrix} cm /Im0 Do Q", resources: $"/XObject << /Im0 {image} 0 R >>", mediaBox: "0 0 500 500");
        using var reader = new TestReader { Options = s_pixels };
        using DocumentSource source = pdf.ToSource();

        Assert.Equal(dpi, reader.ReadFirst(source).Dpi, 2.0);
    }

    private static double DpiOf(string entries)
    {
        using var reader = new TestReader { Options = s_pixels };
        using DocumentSource source = new PdfBuilder()
            .Page("0 g 10 10 20 20 re f", entries, mediaBox: "0 0 210 210.42")
            .ToSource();
        return reader.ReadFirst(source).Dpi;
    }
}
