using Cis.Ocr.Imaging;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Imaging;

public class PlanarResamplerTests
{
    private static readonly float[] s_mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] s_std = [0.229f, 0.224f, 0.225f];

    [Fact]
    public void A_page_of_one_color_stays_that_color_normalized_channel_by_channel()
    {
        var picture = new Picture(301, 47, PixelFormat.Bgr24);
        for (int i = 0; i < 301 * 47; i++)
        {
            (picture[i % 301, i / 301, 0], picture[i % 301, i / 301, 1], picture[i % 301, i / 301, 2]) = (10, 100, 200);
        }

        float[] planes = Resample(picture, 96, 64, s_mean, s_std);

        for (int i = 0; i < 96 * 64; i++)
        {
            Assert.Equal((10 / 255f - 0.485f) / 0.229f, planes[i], 1e-4);
            Assert.Equal((100 / 255f - 0.456f) / 0.224f, planes[96 * 64 + i], 1e-4);
            Assert.Equal((200 / 255f - 0.406f) / 0.225f, planes[2 * 96 * 64 + i], 1e-4);
        }
    }

    [Fact]
    public void A_gray_page_gives_what_the_same_page_in_color_gives()
    {
        var gray = Picture.Random(200, 120, seed: 1);

        Assert.Equal(Resample(gray, 96, 64, s_mean, s_std), Resample(gray.InColor(), 96, 64, s_mean, s_std));
    }

    [Fact]
    public void The_same_size_keeps_every_pixel_in_its_place_and_channel()
    {
        var picture = Picture.Random(32, 64, seed: 2, PixelFormat.Bgr24);

        float[] planes = Resample(picture, 32, 64, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

        for (int i = 0; i < planes.Length; i++)
        {
            (int channel, int y, int x) = (i / (32 * 64), i / 32 % 64, i % 32);
            Assert.Equal(picture[x, y, channel], planes[i], 1e-2);
        }
    }

    [Fact]
    public void Pages_of_other_sizes_and_formats_in_between_leave_no_trace()
    {
        var resampler = new PlanarResampler(s_mean, s_std);
        var small = Picture.Random(60, 40, seed: 3);
        float[] alone = Resample(small, 64, 32, s_mean, s_std);

        float[] planes = new float[3 * 64 * 32];
        foreach (Picture picture in new[] { Picture.Random(500, 300, 4, PixelFormat.Bgr24), small })
        {
            using PageImage page = picture.ToPage();
            resampler.Resample(page, 64, 32, planes);
        }

        Assert.Equal(alone, planes);
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Bgr24)]
    public void A_part_is_what_the_whole_has_there(PixelFormat format)
    {
        var picture = Picture.Random(301, 203, seed: 5, format);
        float[] whole = Resample(picture, 96, 64, s_mean, s_std);
        var part = new System.Drawing.Rectangle(40, 16, 33, 20);
        float[] planes = new float[3 * part.Width * part.Height];
        using PageImage page = picture.ToPage();

        new PlanarResampler(s_mean, s_std).Resample(page, 96, 64, part, planes);

        for (int i = 0; i < planes.Length; i++)
        {
            int plane = i / (part.Width * part.Height);
            int y = i / part.Width % part.Height;
            int x = i % part.Width;
            Assert.Equal(whole[plane * 96 * 64 + (part.Y + y) * 96 + part.X + x], planes[i], 1e-5f);
        }
    }

    private static float[] Resample(Picture picture, int width, int height, float[] mean, float[] std)
    {
        using PageImage page = picture.ToPage();
        float[] planes = new float[3 * width * height];
        new PlanarResampler(mean, std).Resample(page, width, height, planes);
        return planes;
    }
}
