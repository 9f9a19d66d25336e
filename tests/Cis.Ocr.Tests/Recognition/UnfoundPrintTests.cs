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
}
