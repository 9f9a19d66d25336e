using Cis.Ocr.Tests.Detection;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class UnfoundPrintTests
{
    [Fact]
    public void A_page_too_faint_to_be_found_is_read()
    {
        PageText page = Read(Changed(gray => 252 + gray * 3 / 255));

        Assert.InRange(CharacterErrors.Rate(Readings.Of("fax.tiff")[0].Text, page.Text), 0, 0.02);
        Assert.False(page.Remarks.LacksGoodPart);
    }

    [Fact]
    public void A_page_of_print_too_small_to_be_found_is_unread_in_good_part()
    {
        PageText read = Read(PrintEstimateTests.Thumbnail());

        Assert.True(read.Remarks.LacksGoodPart);
        Assert.InRange(read.Remarks.UnreadLines, 3, 100);
        // The fallback family finds the lines, and cannot read them: then there is nothing to add.
        Assert.All(read.Remarks.Notes, note => Assert.Contains("too small", note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_whose_lower_half_is_blurred_is_unread_in_good_part()
    {
        PageText read = Read(BlurredBelow(FullPage(), 0.4));

        Assert.NotEmpty(read.Lines);
        Assert.True(read.Remarks.LacksGoodPart);
        Assert.Contains(read.Remarks.Notes, note => note.Contains("a part of it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_whose_lower_half_is_blank_is_read()
    {
        Picture page = SamplePages.Of("fax.tiff")[0];

        PageText read = Read(Picture.Draw(page.Width, page.Height, (x, y) => y < page.Height / 2 ? page[x, y] : 255));

        Assert.NotEmpty(read.Lines);
        Assert.Empty(read.Remarks.Notes);
        Assert.False(read.Remarks.LacksGoodPart);
    }

    [Fact]
    public void A_faint_page_without_print_stays_as_it_is()
    {
        PageText page = Read(Picture.Draw(600, 800, (x, y) => 250 + (x * 7 + y * 13) % 5));

        Assert.Equal(("", false), (page.Text, page.Remarks.LacksGoodPart));
        Assert.Empty(page.Remarks.Notes);
    }

    private static PageText Read(Picture picture) => Readings.Read([picture])[0];

    private static Picture Changed(Func<int, int> level)
    {
        Picture page = SamplePages.Of("fax.tiff")[0];
        return Picture.Draw(page.Width, page.Height, (x, y) => level(page[x, y]));
    }

    /// <summary>The sample's last paragraph, over and over.</summary>
    private static Picture FullPage()
    {
        const int LinesTop = 556;
        const int LinesHeight = 114;
        Picture page = SamplePages.Of("fax.tiff")[0];
        return Picture.Draw(page.Width, page.Height, (x, y) => page[x, LinesTop + y % LinesHeight]);
    }

    /// <summary>Three boxes one after another, each as wide as a word's letters.</summary>
    private static Picture BlurredBelow(Picture page, double part)
    {
        const int Radius = 8;
        Picture sharp = page;
        for (int pass = 0; pass < 3; pass++)
        {
            page = Averaged(Averaged(page, Radius, 0), 0, Radius);
        }

        return Picture.Draw(page.Width, page.Height, (x, y) => y < part * page.Height ? sharp[x, y] : page[x, y]);
    }

    private static Picture Averaged(Picture page, int across, int down) =>
        Picture.Draw(
            page.Width,
            page.Height,
            (x, y) =>
            {
                int sum = 0;
                int count = 2 * (across + down) + 1;
                for (int i = -(count / 2); i <= count / 2; i++)
                {
                    int fromX = across > 0 ? Math.Clamp(x + i, 0, page.Width - 1) : x;
                    int fromY = down > 0 ? Math.Clamp(y + i, 0, page.Height - 1) : y;
                    sum += page[fromX, fromY];
                }

                return sum / count;
            }
        );
}
