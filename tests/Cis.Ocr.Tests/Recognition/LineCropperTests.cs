using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class LineCropperTests
{
    private const int Rows = LineCropper.Height;

    [Fact]
    public void A_line_of_48_rows_is_taken_pixel_by_pixel()
    {
        var picture = Picture.Random(120, 90, seed: 1, PixelFormat.Bgr24);

        float[] planes = Crop(picture, Quad.FromRectangle(7, 13, 7 + 100, 13 + Rows), 100, 112);

        AssertPlanes(planes, 100, 112, (x, y, channel) => picture[7 + x, 13 + y, channel]);
    }

    [Fact]
    public void Columns_beyond_the_content_are_zero_whatever_the_memory_held()
    {
        using PageImage page = Picture.Draw(64, 64, (_, _) => 255).ToPage();
        float[] planes = new float[3 * Rows * 80];
        Array.Fill(planes, float.NaN);

        LineCropper.Crop(page, Quad.FromRectangle(0, 0, 64, 48), 64, 80, planes);

        for (int i = 0; i < planes.Length; i++)
        {
            Assert.Equal(i % 80 < 64 ? 1 : 0, planes[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_line_on_a_turned_page_comes_out_upright(int degrees)
    {
        var direction = (ReadingDirection)degrees;
        var upright = Picture.Random(96, Rows, seed: 2);
        Picture turned = upright.Turned(direction);

        Quad box = Quad.FromRectangle(0, 0, turned.Width, turned.Height).Turn(direction);
        float[] planes = Crop(turned, box, 96, 96);

        AssertPlanes(planes, 96, 96, (x, y, _) => upright[x, y]);
    }

    [Fact]
    public void A_slanted_line_follows_its_box()
    {
        // Brightness is linear in x and y, so what a sample must be is known everywhere.
        var picture = Picture.Draw(110, 110, (x, y) => x + y);
        var box = new Quad(new(30, 10), new(90, 55), new(60, 95), new(0, 50));
        const int Width = 72;

        float[] planes = Crop(picture, box, Width, Width);

        AssertPlanes(
            planes,
            Width,
            Width,
            (x, y, _) =>
            {
                (float u, float v) = ((x + 0.5f) / Width, (y + 0.5f) / Rows);
                float px = 30 + u * 60 - v * 30 - 0.5f;
                float py = 10 + u * 45 + v * 40 - 0.5f;
                return px + py;
            }
        );
    }

    [Fact]
    public void Beyond_the_page_its_edge_goes_on()
    {
        var picture = Picture.Random(40, 30, seed: 3, PixelFormat.Bgr24);

        float[] planes = Crop(picture, Quad.FromRectangle(-20, -9, 60, 39), 80, 80);

        AssertPlanes(
            planes,
            80,
            80,
            (x, y, channel) => picture[Math.Clamp(x - 20, 0, 39), Math.Clamp(y - 9, 0, 29), channel]
        );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_tall_line_is_averaged_so_that_fine_stripes_become_gray(int times)
    {
        var rows = Picture.Draw(60, Rows * times, (_, y) => y % 2 * 254);
        var columns = Picture.Draw(60 * times, Rows, (x, _) => x % 2 * 254);

        AssertPlanes(Crop(rows, Quad.FromRectangle(0, 0, 60, Rows * times), 60, 64), 60, 64, (_, _, _) => 127);
        AssertPlanes(Crop(columns, Quad.FromRectangle(0, 0, 60 * times, Rows), 60, 64), 60, 64, (_, _, _) => 127);
    }

    [Fact]
    public void A_gray_page_gives_what_the_same_page_in_color_gives()
    {
        var gray = Picture.Random(100, 80, seed: 4);
        Picture color = gray.InColor();
        var random = new Random(5);
        for (int round = 0; round < 20; round++)
        {
            Quad box = RandomBox(random, 100, 80);

            float[] fromGray = Crop(gray, box, 40, 48);
            float[] fromColor = Crop(color, box, 40, 48);

            AssertPlanes(fromGray, 40, 48, (x, y, channel) => (fromColor[(channel * Rows + y) * 48 + x] + 1) * 127.5f);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(2, 2)]
    [InlineData(64, 5)]
    [InlineData(65, 7)]
    // A float cannot tell the last of so many rows from a position just short of it.
    [InlineData(40000, 2)]
    [InlineData(3, 40000)]
    public void No_box_makes_it_read_outside_the_page(int width, int height)
    {
        var random = new Random(width * 31 + height);
        foreach (PixelFormat format in new[] { PixelFormat.Gray8, PixelFormat.Bgr24 })
        {
            using var page = new GuardedPage(width, height, format);
            float[] planes = new float[3 * Rows * 32];
            for (int round = 0; round < 20; round++)
            {
                Quad box = round == 0 ? Quad.FromRectangle(0, 0, width, height) : RandomBox(random, width, height);

                LineCropper.Crop(page.Image, box, 32, 32, planes);

                Assert.Equal((1f, 1f), (MathF.Round(planes.Min(), 4), MathF.Round(planes.Max(), 4)));
            }
        }
    }

    [Fact]
    public void A_box_of_no_numbers_or_endless_ones_reads_inside_the_page_too()
    {
        using var page = new GuardedPage(50, 50, PixelFormat.Bgr24);
        float[] planes = new float[3 * Rows * 16];

        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f })
        {
            LineCropper.Crop(page.Image, Quad.FromRectangle(value, 0, 10, value), 16, 16, planes);
        }
    }

    private static Quad RandomBox(Random random, int width, int height)
    {
        PagePoint Point() =>
            new((random.NextSingle() * 1.4f - 0.2f) * width, (random.NextSingle() * 1.4f - 0.2f) * height);
        return new Quad(Point(), Point(), Point(), Point());
    }

    private static float[] Crop(Picture picture, Quad box, int contentWidth, int width)
    {
        using PageImage page = picture.ToPage();
        float[] planes = new float[3 * Rows * width];
        LineCropper.Crop(page, box, contentWidth, width, planes);
        return planes;
    }

    private static void AssertPlanes(float[] planes, int contentWidth, int width, Func<int, int, int, float> pixel)
    {
        for (int i = 0; i < planes.Length; i++)
        {
            (int channel, int y, int x) = (i / (Rows * width), i / width % Rows, i % width);
            float expected = x < contentWidth ? pixel(x, y, channel) / 127.5f - 1 : 0;
            if (MathF.Abs(expected - planes[i]) > 1e-3f)
            {
                Assert.Fail($"Channel {channel} of ({x}, {y}) is {planes[i]}, not {expected}.");
            }
        }
    }
}
