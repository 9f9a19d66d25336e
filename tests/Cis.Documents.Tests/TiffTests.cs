using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class TiffTests
{
    private const int Side = 32;
    private const int Bits = 258;
    private const int Photometric = 262;
    private const int Samples = 277;
    private const int ExtraSamples = 338;
    private const int Format = 339;
    private const uint Unsigned = 1;
    private const uint Signed = 2;
    private const uint FloatingPoint = 3;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 51_000)]
    [InlineData(-1, 1)]
    [InlineData(0.2, 0.3)]
    public void Floats_of_any_range_are_gray_from_black_to_white(float black, float white)
    {
        AssertHalves(Gray(32, FloatingPoint, Halves(black, white)));
        AssertHalves(Gray(64, FloatingPoint, Halves<double>(black, white)));
        AssertHalves(Gray(16, FloatingPoint, Halves((Half)black, (Half)white)));
    }

    [Theory]
    [InlineData(300_000, 1, 1, "1536 KB a row")] // 2.4 MB of 16-bit color with an alpha
    [InlineData(7000, 7000, 2, "strips")] // a strip of each plane is held: 392 MB
    public void Rows_and_strips_are_bounded_in_bytes_before_they_are_decoded(
        int width,
        int height,
        uint planes,
        string said
    )
    {
        const int PlanarConfiguration = 284;
        byte[] file = new TiffBuilder(width, height)
            .With(Bits, 16, 16, 16, 16)
            .With(Photometric, 2)
            .With(Samples, 4)
            .With(ExtraSamples, 2)
            .With(PlanarConfiguration, planes)
            .Build(new byte[width * 8]);
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(file, "bound.tif", new DocumentLimits());
        using IDocument document = reader.Open(source);

        ReadException refused = Assert.Throws<ReadException>(() =>
            document.Read(0, reader.Image, CancellationToken.None)
        );

        Assert.Equal(Outcome.TooLarge, refused.Outcome);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stray_samples_and_what_is_no_number_do_not_hide_the_rest()
    {
        float[] samples = Halves(0f, 1f);
        (samples[5], samples[Side * Side - 1]) = (float.NaN, float.PositiveInfinity);

        AssertHalves(Gray(32, FloatingPoint, samples));
    }

    [Fact]
    public void Whole_numbers_of_32_bits_and_signed_ones_are_gray()
    {
        AssertHalves(Gray(32, Unsigned, Halves(0u, 4_000_000_000u)));
        AssertHalves(Gray(16, Signed, Halves<short>(-1000, 2000)));
        AssertHalves(Gray(8, Signed, Halves<sbyte>(-50, 50)));
    }

    [Fact]
    public void Lightness_of_a_lab_picture_is_read()
    {
        byte[] pixels = [.. Halves<byte>(0, 255).SelectMany(lightness => new byte[] { lightness, 0, 0 })];

        AssertHalves(
            new TiffBuilder(Side, Side).With(Bits, 8, 8, 8).With(Photometric, 8).With(Samples, 3).Build(pixels)
        );
    }

    [Theory]
    [InlineData(255, 0)]
    [InlineData(200, 0)]
    [InlineData(0, 255)]
    [InlineData(60, 255)]
    public void What_is_transparent_is_dark_behind_light_letters_and_white_behind_others(byte letters, byte ground)
    {
        using var reader = new TestReader();
        reader.ReadFirst(Source(GrayWithAlpha(x => x % 8 < 3 ? letters : null)));

        Assert.Equal(letters, reader.Image.Row(16)[8]);
        Assert.Equal(ground, reader.Image.Row(16)[13]);
    }

    [Fact]
    public void Light_and_dark_letters_on_one_transparent_picture_stand_on_gray()
    {
        using var reader = new TestReader();
        reader.ReadFirst(Source(GrayWithAlpha(x => x % 8 >= 3 ? null : (byte)(x < 16 ? 255 : 0))));

        Assert.InRange(reader.Image.Row(16)[13], 100, 156);
    }

    [Fact]
    public void Ten_thousand_pages_and_more_are_counted()
    {
        byte[] tiff = new TiffBuilder(1, 1).With(Bits, 8).Build([0], directories: 10_001);
        using var reader = new TestReader();
        using DocumentSource source = Source(tiff);

        ReadException failure = Assert.Throws<ReadException>(() => reader.Open(source));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
        Assert.Contains("10001 pages", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Directories_in_a_ring_end()
    {
        byte[] tiff = new TiffBuilder(1, 1).With(Bits, 8).Build([0]);
        // The directory behind the first is the first.
        tiff.AsSpan(4, 4).CopyTo(tiff.AsSpan(tiff.Length - 4));
        using var reader = new TestReader();
        using DocumentSource source = Source(tiff);
        using IDocument document = reader.Open(source);

        Assert.Equal(1, document.PageCount);
    }

    [Theory]
    [InlineData(10_000_000, 99)]
    [InlineData(99, 10_000_000)]
    public void A_picture_with_a_side_of_millions_of_pixels_is_too_large(int width, int height)
    {
        byte[] tiff = new TiffBuilder(width, height)
            .With(Bits, 8, 8, 8)
            .With(Samples, 3)
            .With(Photometric, 2)
            .Build([0]);
        using var reader = new TestReader();
        using DocumentSource source = Source(tiff);

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
        Assert.Contains("on a side", failure.Message, StringComparison.Ordinal);
    }

    private static DocumentSource Source(byte[] tiff) => DocumentSource.FromBytes(tiff, "made.tif", new());

    private static byte[] Gray<T>(uint bits, uint format, T[] samples)
        where T : struct =>
        new TiffBuilder(Side, Side)
            .With(Bits, bits)
            .With(Format, format)
            .Build(MemoryMarshal.AsBytes<T>(samples).ToArray());

    /// <summary>Samples of a picture whose left half is black and whose right half is white.</summary>
    private static T[] Halves<T>(T black, T white) =>
        [.. Enumerable.Range(0, Side * Side).Select(i => i % Side < Side / 2 ? black : white)];

    /// <summary>Columns of gray, or of nothing.</summary>
    private static byte[] GrayWithAlpha(Func<int, byte?> column)
    {
        byte[] pixels =
        [
            .. Enumerable
                .Range(0, Side * Side)
                .SelectMany(i => new[] { column(i % Side) ?? 77, (byte)(column(i % Side) is null ? 0 : 255) }),
        ];
        return new TiffBuilder(Side, Side).With(Bits, 8, 8).With(Samples, 2).With(ExtraSamples, 2).Build(pixels);
    }

    private static void AssertHalves(byte[] tiff)
    {
        using var reader = new TestReader();
        using DocumentSource source = Source(tiff);

        PageContent page = reader.ReadFirst(source);

        Assert.Null(page.Note);
        Assert.Equal((Side, Side, PixelFormat.Gray8), (reader.Image.Width, reader.Image.Height, reader.Image.Format));
        Assert.Equal((0, 255), (reader.Image.Row(9)[4], reader.Image.Row(9)[28]));
    }
}
