using System.Buffers.Binary;
using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public sealed class ImagePdfTests
{
    // The samples' side in pixels; they state no resolution, so that a page of 200 dpi has as many.
    private const int Side = 32;

    public static TheoryData<string> Images =>
        [
            .. Directory
                .GetFiles(TestFiles.Data("images"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_looks_the_same_on_its_page(string name)
    {
        string path = TestFiles.Data($"images/{name}");
        using var reader = new TestReader { Options = new ReadingOptions { TextLayer = TextLayerMode.Never } };
        reader.ReadFirst(path);
        (int, int, int)[] expected = Quarters(reader.Image);

        byte[] pdf = Copy(path, Searchable.Page(Side, Side));

        using var source = DocumentSource.FromBytes(pdf, "copy.pdf", new());
        reader.ReadFirst(source);
        (int, int, int)[] found = Quarters(reader.Image);
        for (int i = 0; i < expected.Length; i++)
        {
            // Conversions of ink to light differ a little from one library to another, as those of JPEG do.
            int tolerance = name.StartsWith("cmyk", StringComparison.Ordinal) ? 90 : 12;
            Assert.InRange(found[i].Item1, expected[i].Item1 - tolerance, expected[i].Item1 + tolerance);
            Assert.InRange(found[i].Item2, expected[i].Item2 - tolerance, expected[i].Item2 + tolerance);
            Assert.InRange(found[i].Item3, expected[i].Item3 - tolerance, expected[i].Item3 + tolerance);
        }
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("images/progressive.jpg")]
    [InlineData("images/exif-6.jpg")]
    public void A_jpeg_is_in_the_pdf_byte_for_byte(string name)
    {
        byte[] pdf = Copy(TestFiles.Data(name), Searchable.Page(100, 100));

        Assert.True(pdf.AsSpan().IndexOf(File.ReadAllBytes(TestFiles.Data(name))) > 0);
    }

    [Fact]
    public void A_pngs_data_and_palette_are_kept()
    {
        byte[] png = File.ReadAllBytes(TestFiles.Data("japanese.png"));

        byte[] pdf = Copy(TestFiles.Data("japanese.png"), Searchable.Page(100, 100));

        Assert.InRange(pdf.Length, png.Length - 200, png.Length + 3000);
        Assert.Contains("/Indexed /DeviceRGB", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_stand_on_a_picture_that_its_exif_turns()
    {
        TextLine line = Searchable.Line("turned upright", Quad.FromRectangle(100, 200, 500, 240));

        byte[] pdf = Copy(TestFiles.Data("photo.jpg"), Searchable.Page(900, 1200, line));

        PageText read = Searchable.Read(pdf)[0]!;
        Assert.Equal("turned upright", read.Text);
        double scale = read.Width / 900.0;
        TextWord word = read.Lines[0].Words[0];
        Assert.InRange(word.Box.Left, 100 * scale, 130 * scale);
        Assert.InRange(word.Box.Bottom, 235 * scale, 245 * scale);
    }

    [Fact]
    public void Each_frame_of_a_tiff_is_a_page_of_its_own_size()
    {
        TextLine line = Searchable.Line("first frame", Quad.FromRectangle(100, 200, 500, 240));
        TextLine last = Searchable.Line("last frame", Quad.FromRectangle(100, 200, 500, 240));

        byte[] pdf = Copy(
            TestFiles.Data("fax.tiff"),
            Searchable.Page(1240, 1754, line),
            null,
            Searchable.Page(1240, 1754, last)
        );

        IReadOnlyList<PageText?> pages = Searchable.Read(pdf);
        Assert.Equal(["first frame", null, "last frame"], pages.Select(page => page?.Text));
        // A4, as 150 dpi make it; read at 200.
        Assert.InRange(pages[0]!.Width, 1640, 1660);
        Assert.InRange(pages[0]!.Height, 2330, 2345);
        string text = Encoding.Latin1.GetString(pdf);
        Assert.Contains("/CCITTFaxDecode", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_black_and_white_picture_takes_a_bit_a_pixel()
    {
        // A bitmap of 1600 x 1600 in 24 bits, black above and white below: 7.7 MB.
        const int Width = 1600;
        byte[] bmp = new byte[54 + 3 * Width * Width];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), Width);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), Width);
        bmp[26] = 1;
        bmp[28] = 24;
        bmp.AsSpan(54, 3 * Width * Width / 2).Fill(255);
        using var source = DocumentSource.FromBytes(bmp, "plan.bmp", new());

        byte[] pdf = Searchable.Make(source, Searchable.Page(Width, Width)).Pdf;

        Assert.Contains("/BitsPerComponent 1", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        Assert.InRange(pdf.Length, 0, 10_000);
    }

    [Fact]
    public void A_picture_is_as_large_as_its_resolution_says_in_each_direction()
    {
        // JFIF: 204 dots an inch across and 98 down, as a fax has them.
        byte[] jpeg = File.ReadAllBytes(TestFiles.Data("images/gray.jpg"));
        Assert.True(jpeg.AsSpan(6).StartsWith("JFIF\0"u8));
        jpeg[13] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(14), 204);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(16), 98);
        using var source = DocumentSource.FromBytes(jpeg, "fax.jpg", new());

        string pdf = Encoding.Latin1.GetString(Searchable.Make(source, Searchable.Page(Side, Side)).Pdf);

        Assert.Contains("/MediaBox[0 0 11.2941 23.5102]", pdf, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_cannot_be_decoded_is_an_empty_page_and_said()
    {
        byte[] tiff = File.ReadAllBytes(TestFiles.Data("images/old-jpeg.tif"));
        tiff.AsSpan(8, tiff.Length / 2).Clear();
        using var source = DocumentSource.FromBytes(tiff, "broken.tif", new());

        (byte[] pdf, IReadOnlyList<string> notes) = Searchable.Make(source, Searchable.Page(Side, Side));

        Assert.StartsWith("page 1 is empty in the PDF: ", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Single(Searchable.Read(pdf));
    }

    private static byte[] Copy(string path, params PageText?[] pages)
    {
        using var source = DocumentSource.FromFile(path, new());
        return Searchable.Make(source, pages).Pdf;
    }

    private static (int, int, int)[] Quarters(PageImage image) =>
        [
            Pixel(image, image.Width / 4, image.Height / 4),
            Pixel(image, 3 * image.Width / 4, image.Height / 4),
            Pixel(image, image.Width / 4, 3 * image.Height / 4),
            Pixel(image, 3 * image.Width / 4, 3 * image.Height / 4),
        ];

    private static (int, int, int) Pixel(PageImage image, int x, int y)
    {
        Span<byte> pixel = image.Row(y).Slice(x * image.Channels, image.Channels);
        return image.Channels == 1 ? (pixel[0], pixel[0], pixel[0]) : (pixel[0], pixel[1], pixel[2]);
    }
}
