using Cis.Pages;

namespace Cis.Documents.Tests;

public class ImageTests
{
    private static readonly int[] s_colors = [0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF];
    private static readonly int[] s_grays = [0x000000, 0x505050, 0xAAAAAA, 0xFFFFFF];
    private static readonly int[] s_bilevel = [0x000000, 0x000000, 0xFFFFFF, 0xFFFFFF];

    // JPEG, CMYK through color profiles, and AVIF's YUV are near, not equal.
    private const int Near = 70;

    [Theory]
    [InlineData("color.png")]
    [InlineData("color.webp")]
    [InlineData("color.gif")]
    [InlineData("color.bmp")]
    [InlineData("color.jpg", Near)]
    [InlineData("progressive.jpg", Near)]
    [InlineData("color.avif", Near)]
    [InlineData("old-jpeg.tif", Near)]
    [InlineData("exif-2.jpg", Near)]
    [InlineData("exif-3.jpg", Near)]
    [InlineData("exif-4.jpg", Near)]
    [InlineData("exif-5.jpg", Near)]
    [InlineData("exif-6.jpg", Near)]
    [InlineData("exif-7.jpg", Near)]
    [InlineData("exif-8.jpg", Near)]
    public void A_color_picture_comes_out_upright_in_its_colors(string name, int tolerance = 0) =>
        AssertQuarters(name, s_colors, PixelFormat.Bgr24, tolerance);

    [Theory]
    [InlineData("alpha.png")]
    [InlineData("alpha.webp")]
    public void What_is_transparent_is_white(string name) => AssertQuarters(name, s_colors, PixelFormat.Bgr24, 0);

    [Theory]
    [InlineData("cmyk.jpg")]
    [InlineData("cmyk.tif")]
    public void Process_colors_are_told_apart(string name)
    {
        using var reader = new TestReader();
        reader.ReadFirst(TestFiles.Data("images/" + name));

        // Ink cannot make the screen's primaries: it is enough that each is its own strongest channel.
        (int r, int g, int b) = ColorAt(reader.Image, 8, 8);
        Assert.True(r > g + 50 && r > b + 50);
        (r, g, b) = ColorAt(reader.Image, 24, 8);
        Assert.True(g > r && g > b);
        (r, g, b) = ColorAt(reader.Image, 8, 24);
        Assert.True(b > r && b > g);
        (r, g, b) = ColorAt(reader.Image, 24, 24);
        Assert.True(Math.Min(r, Math.Min(g, b)) > 245);
    }

    [Theory]
    [InlineData("gray.png")]
    [InlineData("gray16.png")]
    [InlineData("gray.jpg", 6)]
    public void A_gray_picture_stays_gray(string name, int tolerance = 0) =>
        AssertQuarters(name, s_grays, PixelFormat.Gray8, tolerance);

    [Fact]
    public void A_black_and_white_fax_is_gray() => AssertQuarters("bilevel.tif", s_bilevel, PixelFormat.Gray8, 0);

    [Fact]
    public void Every_directory_of_a_tiff_is_a_page()
    {
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll(TestFiles.Data("fax.tiff"));

        Assert.Equal(3, pages.Count);
        Assert.All(pages, page => Assert.Equal(150, page.Dpi, 0.5));
    }

    [Fact]
    public void A_photo_is_turned_as_the_camera_was_held()
    {
        using var reader = new TestReader();

        reader.ReadFirst(TestFiles.Data("photo.jpg"));

        Assert.Equal((1500, 2000), (reader.Image.Width, reader.Image.Height));
    }

    [Theory]
    [InlineData("photo.jpg", 300_000, 474, 632)]
    [InlineData("japanese.png", 100_000, 316, 316)]
    [InlineData("scan.pdf", 50_000, 187, 265)]
    public void A_picture_over_the_limit_is_read_smaller_and_says_so(string name, int limit, int width, int height)
    {
        using var reader = new TestReader { Options = new() { Limits = new() { MaxPixelsPerPage = limit } } };

        PageContent page = reader.ReadFirst(TestFiles.Data(name));

        Assert.InRange(reader.Image.Width, width - 1, width + 1);
        Assert.InRange(reader.Image.Height, height - 1, height + 1);
        Assert.Contains($"{limit} pixels", page.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_top_of_a_picture_that_was_cut_short_is_read_with_a_note()
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Data("photo.jpg"));
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(whole.AsMemory(0, whole.Length / 2), "cut.jpg", new());

        PageContent page = reader.ReadFirst(source);

        Assert.Contains("damaged", page.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("color.png", 40)]
    [InlineData("color.jpg", 10)]
    [InlineData("color.webp", 20)]
    [InlineData("color.gif", 8)]
    [InlineData("color.avif", 60)]
    [InlineData("cmyk.tif", 6)]
    [InlineData("color.bmp", 20)]
    public void A_picture_that_ends_within_its_header_is_corrupt(string name, int length)
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Data("images/" + name));
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(whole.AsMemory(0, length), name, new());

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.Corrupt, failure.Outcome);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_promises_more_pixels_than_memory_is_too_large()
    {
        // A progressive JPEG of 65,000 x 65,000 would have its coefficients held whole: 25 GB.
        byte[] jpeg = File.ReadAllBytes(TestFiles.Data("images/progressive.jpg"));
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]);
        jpeg.AsSpan(frame + 5, 4).Fill(0xFD);
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(jpeg, "bomb.jpg", new());

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_read_and_that_is_said()
    {
        using var reader = new TestReader();

        PageContent page = reader.ReadFirst(TestFiles.Data("images/animated.gif"));

        Assert.Contains("frames; the first was read", page.Note, StringComparison.Ordinal);
        Assert.Equal((255, 0, 0), ColorAt(reader.Image, 8, 8));
    }

    [Fact]
    public void A_cancelled_picture_ends()
    {
        using var reader = new TestReader();
        using var source = DocumentSource.FromFile(TestFiles.Data("photo.jpg"), new());
        using IDocument document = reader.Open(source);

        Assert.ThrowsAny<OperationCanceledException>(() =>
            document.Read(0, reader.Image, new CancellationToken(canceled: true))
        );
    }

    private static void AssertQuarters(string name, int[] expected, PixelFormat format, int tolerance)
    {
        using var reader = new TestReader();

        PageContent page = reader.ReadFirst(TestFiles.Data("images/" + name));

        Assert.Null(page.Text);
        Assert.Null(page.Note);
        Assert.Equal((32, 32, format), (reader.Image.Width, reader.Image.Height, reader.Image.Format));
        for (int i = 0; i < 4; i++)
        {
            (int r, int g, int b) = ColorAt(reader.Image, 8 + i % 2 * 16, 8 + i / 2 * 16);
            Assert.Equal(expected[i] >> 16, r, (double)tolerance);
            Assert.Equal((expected[i] >> 8) & 255, g, (double)tolerance);
            Assert.Equal(expected[i] & 255, b, (double)tolerance);
        }
    }

    private static (int Red, int Green, int Blue) ColorAt(PageImage image, int x, int y)
    {
        Span<byte> row = image.Row(y);
        return image.Channels == 1 ? (row[x], row[x], row[x]) : (row[3 * x + 2], row[3 * x + 1], row[3 * x]);
    }
}
