using System.Buffers.Binary;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class BmpTests
{
    private static readonly byte[] s_blackRedWhite = [0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 0];

    [Fact]
    public void One_bit_rows_come_from_the_bottom()
    {
        using TestReader reader = Read(
            Bmp(3, 2, 1, 0, [0, 0, 0, 0, 255, 255, 255, 0], [0b0100_0000, 0, 0, 0, 0b1010_0000, 0, 0, 0])
        );

        Assert.Equal(PixelFormat.Gray8, reader.Image.Format);
        Assert.Equal([255, 0, 255], reader.Image.Row(0).ToArray());
        Assert.Equal([0, 255, 0], reader.Image.Row(1).ToArray());
    }

    [Fact]
    public void A_negative_height_means_from_the_top()
    {
        using TestReader reader = Read(Bmp(1, -2, 24, 0, [], [1, 2, 3, 0, 4, 5, 6, 0]));

        Assert.Equal([1, 2, 3], reader.Image.Row(0).ToArray());
        Assert.Equal([4, 5, 6], reader.Image.Row(1).ToArray());
    }

    [Fact]
    public void Four_bit_indices_go_through_the_palette()
    {
        using TestReader reader = Read(Bmp(2, 1, 4, 0, s_blackRedWhite, [0x12, 0, 0, 0]));

        Assert.Equal([0, 0, 255, 255, 255, 255], reader.Image.Row(0).ToArray());
    }

    [Fact]
    public void Sixteen_bits_are_five_a_color()
    {
        using TestReader reader = Read(Bmp(2, 1, 16, 0, [], [0x00, 0x7C, 0x1F, 0x00]));

        Assert.Equal([0, 0, 255, 255, 0, 0], reader.Image.Row(0).ToArray());
    }

    [Fact]
    public void Runs_of_eight_bits_are_unpacked()
    {
        // Three of index 1; a literal of 1, 2, 1 with its padding; end of line; two of index 2; end of bitmap.
        byte[] data = [3, 1, 0, 3, 1, 2, 1, 0, 0, 0, 2, 2, 0, 1];
        using TestReader reader = Read(Bmp(6, 2, 8, 1, s_blackRedWhite, data));

        Assert.Equal("wwkkkk", Letters(reader.Image, 0));
        Assert.Equal("rrrrwr", Letters(reader.Image, 1));
    }

    [Fact]
    public void Runs_of_four_bits_are_unpacked()
    {
        // Five of 1 and 2 in turn, a step of one to the right and up, one of 2.
        using TestReader reader = Read(Bmp(7, 2, 4, 2, s_blackRedWhite, [5, 0x12, 0, 2, 1, 1, 1, 0x20, 0, 1]));

        Assert.Equal("kkkkkkw", Letters(reader.Image, 0));
        Assert.Equal("rwrwrkk", Letters(reader.Image, 1));
    }

    [Theory]
    [InlineData(700_000_000, 1)]
    [InlineData(800_000_000, 1)]
    [InlineData(1, 900_000_000)]
    [InlineData(int.MaxValue, -1)]
    public void A_side_of_millions_of_pixels_is_too_large(int width, int height)
    {
        ReadException failure = Assert.Throws<ReadException>(() => Read(Bmp(width, height, 24, 0, [], [])));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
    }

    [Fact]
    public void Steps_of_a_run_that_lead_far_off_the_picture_end_there()
    {
        // Steps of 255 to the right, as often as would pass any number; then a pixel that lies nowhere.
        byte[] steps =
        [
            .. Enumerable.Repeat(new byte[] { 0, 2, 255, 0 }, 9_000_000).SelectMany(step => step),
            1,
            1,
            0,
            1,
        ];
        using TestReader reader = Read(Bmp(6, 2, 8, 1, s_blackRedWhite, steps));

        Assert.Equal("kkkkkk", Letters(reader.Image, 1));
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(255, 9)]
    public void Transparency_counts_only_where_some_pixel_is_not_wholly_transparent(byte otherAlpha, byte expected)
    {
        // Blue of 9 with alpha 0, beside a pixel of the other alpha.
        byte[] masks = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255];
        using TestReader reader = Read(Bmp(2, 1, 32, 6, masks, [9, 9, 9, 0, 9, 9, 9, otherAlpha]));

        Assert.Equal(otherAlpha == 0 ? 9 : 255, reader.Image.Row(0)[0]);
        Assert.Equal(otherAlpha == 0 ? 9 : expected, reader.Image.Row(0)[3]);
    }

    [Fact]
    public void Rows_that_the_file_does_not_hold_are_white_and_that_is_said()
    {
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(Bmp(1, 2, 24, 0, [], [1, 2, 3, 0]), "cut.bmp", new());

        PageContent page = reader.ReadFirst(source);

        Assert.Contains("damaged", page.Note, StringComparison.Ordinal);
        Assert.Equal([255, 255, 255], reader.Image.Row(0).ToArray());
        Assert.Equal([1, 2, 3], reader.Image.Row(1).ToArray());
    }

    [Theory]
    [InlineData(0, 1, 24, 0)]
    [InlineData(1, int.MinValue, 24, 0)]
    [InlineData(1, 1, 7, 0)]
    [InlineData(1, 1, 24, 1)]
    public void A_header_that_no_bitmap_has_is_corrupt(int width, int height, int bits, int compression)
    {
        using var source = DocumentSource.FromBytes(
            Bmp(width, height, bits, compression, [], [0, 0, 0, 0]),
            "x.bmp",
            new()
        );
        using var reader = new TestReader();

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.Corrupt, failure.Outcome);
    }

    [Fact]
    public void A_header_that_promises_too_many_pixels_is_too_large()
    {
        using var source = DocumentSource.FromBytes(Bmp(100_000, 100_000, 24, 0, [], [0, 0, 0, 0]), "x.bmp", new());
        using var reader = new TestReader();

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
    }

    private static TestReader Read(byte[] bmp)
    {
        var reader = new TestReader();
        using var source = DocumentSource.FromBytes(bmp, "made.bmp", new());
        Assert.Null(reader.ReadFirst(source).Note);
        return reader;
    }

    private static string Letters(PageImage image, int y)
    {
        Span<byte> row = image.Row(y);
        string letters = "";
        for (int x = 0; x < image.Width; x++)
        {
            letters += (row[3 * x], row[3 * x + 2]) switch
            {
                (0, 0) => 'k',
                (0, 255) => 'r',
                _ => 'w',
            };
        }

        return letters;
    }

    /// <summary>A BITMAPINFOHEADER file.</summary>
    private static byte[] Bmp(int width, int height, int bits, int compression, byte[] afterHeader, byte[] pixels)
    {
        byte[] file = new byte[54 + afterHeader.Length + pixels.Length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54 + afterHeader.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), (short)bits);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(30), compression);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(46), bits <= 8 ? afterHeader.Length / 4 : 0);
        afterHeader.CopyTo(file, 54);
        pixels.CopyTo(file, 54 + afterHeader.Length);
        return file;
    }
}
