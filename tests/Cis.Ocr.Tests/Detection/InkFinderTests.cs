using Cis.Ocr.Detection;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class InkFinderTests
{
    [Theory]
    [InlineData(0, 255)]
    [InlineData(255, 0)]
    [InlineData(180, 230)]
    public void Marks_of_a_glyphs_size_are_found_whatever_ink_and_paper(byte ink, byte paper)
    {
        // A square across the seam of two bands, one across the seam of two blocks, a speck and a rule.
        Picture picture = Page(paper);
        Fill(picture, ink, 10, 58, 12, 12);
        Fill(picture, ink, 60, 20, 9, 10);
        Fill(picture, ink, 100, 100, 2, 2);
        Fill(picture, ink, 10, 150, 150, 3);

        Assert.Equal([new InkMark(60, 20, 9, 10), new InkMark(10, 58, 12, 12)], Find(picture).OrderBy(m => m.Top));
        Assert.Equal(2, Find(picture.InColor()).Count);
    }

    [Fact]
    public void Parts_that_meet_below_are_one_mark()
    {
        Picture picture = Page(255);
        Fill(picture, 0, 20, 20, 3, 10);
        Fill(picture, 0, 30, 20, 3, 10);
        Fill(picture, 0, 20, 30, 13, 3);

        Assert.Equal(new InkMark(20, 20, 13, 13), Assert.Single(Find(picture)));
    }

    [Fact]
    public void Print_in_lines_that_no_box_explains_is_unseen_and_its_size_is_that_of_most_letters()
    {
        Picture picture = Page(255);
        for (int i = 0; i < 20; i++)
        {
            // Two lines, of which one has a box; and a blot.
            Fill(picture, 0, 8 + i * 9, 40, 6, i % 4 == 0 ? 9 : 6);
            Fill(picture, 0, 8 + i * 9, 120, 6, 6);
        }

        Fill(picture, 0, 100, 170, 6, 6);
        using PageImage page = picture.ToPage();
        var unseen = new UnseenPrint();

        unseen.Find(page, new InkFinder().Find(page), [Quad.FromRectangle(0, 114, 200, 132)], 1);

        Assert.Equal(20, unseen.Marks.Count);
        Assert.All(unseen.Marks, mark => Assert.InRange(mark.Top, 38, 42));
        Assert.Equal(6, unseen.Size);
    }

    private static Picture Page(byte paper)
    {
        var picture = new Picture(200, 200);
        picture.Fill(paper);
        return picture;
    }

    private static void Fill(Picture picture, byte value, int left, int top, int width, int height)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                picture[x, y] = value;
            }
        }
    }

    private static List<InkMark> Find(Picture picture)
    {
        using PageImage page = picture.ToPage();
        return [.. new InkFinder().Find(page)];
    }
}
