using Cis.Ocr.Detection;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class PrintEstimateTests
{
    private const int Width = 800;
    private const int Height = 1100;
    private const int LineStep = 26;

    [Theory]
    [InlineData(255, 0)]
    [InlineData(255, 252)]
    [InlineData(40, 200)]
    public void Lines_of_words_are_print_whatever_their_contrast(int paper, int ink)
    {
        PrintEstimate print = Look((x, y) => IsLetter(x, y) ? ink : paper);

        Assert.InRange(print.Share, 0.4f, 1);
        Assert.InRange(print.Lines, 25, 60);
    }

    [Fact]
    public void Lines_that_run_down_the_page_are_print()
    {
        Assert.InRange(Look((x, y) => IsLetter(y, x) ? 0 : 255).Share, 0.4f, 1);
    }

    [Fact]
    public void Lines_that_are_blurred_past_reading_are_print()
    {
        // Boxes of 17 pixels, twice as wide as a letter.
        PrintEstimate print = Look(
            (x, y) =>
            {
                int ink = 0;
                for (int i = 0; i < 17 * 17; i += 4)
                {
                    ink += IsLetter(x + i % 17 - 8, y + i / 17 - 8) ? 1 : 0;
                }

                return 255 - ink * 255 / 73;
            }
        );

        Assert.InRange(print.Share, 0.3f, 1);
    }

    [Fact]
    public void A_page_shrunk_to_a_thumbnail_is_print()
    {
        using PageImage page = Thumbnail().ToPage();

        Assert.InRange(PrintEstimate.Of(page).Share, 0.3f, 1);
    }

    [Fact]
    public void Blank_paper_noise_and_shades_are_none()
    {
        Assert.Equal(0, Look((_, _) => 255).Share);
        Assert.Equal(0, Look((x, y) => 240 + (int)(Hash(x, y) % 16)).Share);
        Assert.Equal(0, Look((x, y) => (x + y) * 255 / (Width + Height)).Share);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(75)]
    public void Rulings_grids_and_patterns_are_none(int step)
    {
        Assert.Equal(0, Look((_, y) => y % step < 2 ? 100 : 255).Share);
        Assert.InRange(Look((x, y) => x % step < 2 || y % step < 2 ? 100 : 255).Share, 0, 0.09f);
        // Bricks, each course half a brick further.
        Assert.Equal(0, Look((x, y) => y % step < 3 || (x + y / step % 2 * step) % (2 * step) < 3 ? 100 : 200).Share);
    }

    [Fact]
    public void The_bars_of_a_chart_are_none()
    {
        Assert.InRange(
            Look((x, y) => y % 50 < 30 && x > 60 && x < 60 + Hash(y / 50, 1) % 700 ? 90 : 255).Share,
            0,
            0.09f
        );
        Assert.InRange(Look((x, y) => x % 50 < 30 && y > Hash(x / 50, 1) % 900 ? 90 : 255).Share, 0, 0.09f);
    }

    /// <summary>A page of letters of two pixels.</summary>
    internal static Picture Thumbnail() =>
        Picture.Draw(Width / 6, Height / 6, (x, y) => IsLetter(6 * x + 3, 6 * y + 3) ? 60 : 230);

    private static PrintEstimate Look(Func<int, int, int> gray)
    {
        using PageImage page = Picture.Draw(Width, Height, gray).ToPage();
        return PrintEstimate.Of(page);
    }

    /// <summary>Letters of ten by twelve pixels: two strokes at chance, with words of three to nine of them.</summary>
    private static bool IsLetter(int x, int y)
    {
        int line = y / LineStep;
        if (x < 60 || x > Width - 60 || y < 60 || y % LineStep >= 12)
        {
            return false;
        }

        int letter = x / 10;
        bool isSpace = Hash(letter, line) % 6 == 0;
        uint strokes = Hash(letter, line + 1000);
        return !isSpace && x % 10 < 8 && (strokes >> (x % 10 / 2 + 4 * (y % LineStep / 3)) & 1) == 0;
    }

    private static uint Hash(int a, int b)
    {
        uint hash = (uint)a * 2654435761 ^ (uint)b * 2246822519;
        hash = (hash ^ hash >> 15) * 2654435761;
        return hash ^ hash >> 13;
    }
}
