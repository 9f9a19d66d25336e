using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class DetectorSizeTests
{
    [Theory]
    [InlineData(1653, 2339, 672, 960)]
    [InlineData(2339, 1653, 960, 672)]
    [InlineData(960, 480, 960, 480)]
    [InlineData(100, 70, 96, 64)]
    [InlineData(20000, 10, 960, 32)]
    [InlineData(1, 1, 32, 32)]
    public void A_page_is_scaled_down_to_the_limit_never_up_and_rounded_to_multiples_of_32(
        int width,
        int height,
        int expectedWidth,
        int expectedHeight
    )
    {
        using var page = new PageImage();
        page.Reset(width, height, PixelFormat.Gray8);

        Assert.Equal(new DetectorSize(expectedWidth, expectedHeight), DetectorSize.For(page, 960));
    }

    [Theory]
    [InlineData(672, 960, 672, 960)]
    [InlineData(288, 4640, 288, 2240)]
    [InlineData(5024, 64, 5024, 64)]
    [InlineData(20000, 64, 10080, 64)]
    [InlineData(1984, 2816, 960, 672)]
    public void A_large_map_is_seen_in_tiles_of_an_a4_page_s_pixels(
        int width,
        int height,
        int tileWidth,
        int tileHeight
    ) =>
        Assert.Equal(
            new System.Drawing.Size(tileWidth, tileHeight),
            DetectorTiles.SizeFor(new DetectorSize(width, height))
        );
}
