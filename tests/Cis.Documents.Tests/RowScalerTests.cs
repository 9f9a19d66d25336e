using Cis.Documents.Images;

namespace Cis.Documents.Tests;

public class RowScalerTests
{
    [Theory]
    [InlineData(30, 30, 20, 20, 1)]
    [InlineData(101, 57, 33, 19, 3)]
    [InlineData(64, 64, 64, 63, 1)]
    [InlineData(500, 3, 1, 1, 3)]
    [InlineData(17, 400, 16, 2, 1)]
    public void Every_pixel_is_the_mean_of_the_area_it_covers(
        int width,
        int height,
        int toWidth,
        int toHeight,
        int channels
    )
    {
        byte[] image = new byte[width * height * channels];
        new Random(7).NextBytes(image);
        byte[] result = new byte[toWidth * toHeight * channels];
        var scaler = new RowScaler(width, height, toWidth, toHeight, channels);

        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = image.AsSpan(y * width * channels, width * channels);
            scaler.Accept(y, row, (at, pixels) => pixels.CopyTo(result.AsSpan(at * pixels.Length)));
        }

        for (int i = 0; i < result.Length; i++)
        {
            (int x, int y) = (i / channels % toWidth, i / channels / toWidth);
            double mean = MeanOf(image, width, height, channels, i % channels, (x, y), (toWidth, toHeight));
            // Weights are rounded to 1/256 in each direction: where 200 rows make one they are 1 or 2.
            Assert.Equal(mean, result[i], 3.0);
        }
    }

    [Fact]
    public void White_stays_white()
    {
        var scaler = new RowScaler(97, 1, 31, 1, 1);
        byte[] white = new byte[97];
        white.AsSpan().Fill(255);

        scaler.Accept(0, white, (_, row) => Assert.Equal(-1, row.IndexOfAnyExcept((byte)255)));
    }

    private static double MeanOf(
        byte[] image,
        int width,
        int height,
        int channels,
        int channel,
        (int X, int Y) at,
        (int Width, int Height) to
    )
    {
        (double sum, double area) = (0, 0);
        for (int y = 0; y < height; y++)
        {
            double rows = Overlap(y, at.Y, (double)height / to.Height);
            for (int x = 0; rows > 0 && x < width; x++)
            {
                double share = rows * Overlap(x, at.X, (double)width / to.Width);
                sum += share * image[(y * width + x) * channels + channel];
                area += share;
            }
        }

        return sum / area;
    }

    private static double Overlap(int source, int target, double ratio) =>
        Math.Max(0, Math.Min(source + 1, (target + 1) * ratio) - Math.Max(source, target * ratio));
}
