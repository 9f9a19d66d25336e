using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class ShowThroughTests
{
    [Fact]
    public void Print_that_shines_through_from_the_other_side_is_not_read()
    {
        Picture front = Front();
        string expected = Readings.Read([front])[0].Text;

        PageText page = Readings.Read([Blend(front, 0.3f, mirrored: true)])[0];

        Assert.InRange(CharacterErrors.Rate(expected, page.Text), 0, 0.05);
    }

    [Fact]
    public void Faint_print_of_this_side_is_read()
    {
        PageText page = Readings.Read([Blend(Front(), 0.3f, mirrored: false)])[0];

        Assert.InRange(page.Text.Length, 1.9 * Readings.Read([Front()])[0].Text.Length, double.MaxValue);
    }

    /// <summary>The upper left part of a page, on a sheet twice as wide.</summary>
    private static Picture Front()
    {
        Picture text = SamplePages.Of("fax.tiff")[1].Halved();
        var front = new Picture(text.Width * 2, 400);
        front.Fill(255);
        front.Paste(text, 0, 0, text.Width, 400, 0, 0);
        return front;
    }

    /// <summary>Adds the page again on its right, faint: as it is, or from behind.</summary>
    private static Picture Blend(Picture front, float strength, bool mirrored)
    {
        int half = front.Width / 2;
        return Picture.Draw(
            front.Width,
            front.Height,
            (x, y) =>
            {
                byte other = mirrored ? front[front.Width - 1 - x, y] : front[(x + half) % front.Width, y];
                return Math.Min(front[x, y], 255 - (int)((255 - other) * strength));
            }
        );
    }
}
