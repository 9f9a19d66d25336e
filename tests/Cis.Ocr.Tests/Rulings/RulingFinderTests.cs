using Cis.Layout;
using Cis.Ocr.Rulings;
using Cis.Pages;

namespace Cis.Ocr.Tests.Rulings;

public sealed class RulingFinderTests
{
    private const int Width = 1000;
    private const int Height = 800;
    private const int Minimum = 60;

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Bgr24)]
    public void Lines_across_and_down_are_found_with_their_ends(PixelFormat format)
    {
        using PageImage page = White(format);
        Fill(page, 100, 200, 700, 203, 90);
        Fill(page, 300, 150, 302, 600, 140);

        List<Ruling> rulings = Find(page);

        Assert.Equal(2, rulings.Count);
        AssertNear(new Ruling(new(100, 201), new(700, 201)), rulings[0]);
        AssertNear(new Ruling(new(301, 150), new(301, 600)), rulings[1]);
    }

    [Fact]
    public void A_slanted_line_is_one_ruling()
    {
        using PageImage page = White(PixelFormat.Gray8);
        for (int x = 100; x < 900; x++)
        {
            Fill(page, x, 300 + x / 60, x + 1, 302 + x / 60, 60);
        }

        Ruling ruling = Assert.Single(Find(page));

        Assert.InRange(ruling.From.X, 95, 105);
        Assert.InRange(ruling.To.X, 895, 905);
    }

    [Fact]
    public void Print_and_filled_areas_are_no_rulings()
    {
        using PageImage page = White(PixelFormat.Gray8);
        for (int i = 0; i < 400; i++)
        {
            Fill(page, 20 + i % 40 * 24, 20 + i / 40 * 30, 38 + i % 40 * 24, 24 + i / 40 * 30, 0);
            Fill(page, 20 + i % 40 * 24, 20 + i / 40 * 30, 24 + i % 40 * 24, 42 + i / 40 * 30, 0);
        }

        Fill(page, 100, 500, 900, 700, 120);

        Assert.Empty(Find(page));
    }

    [Fact]
    public void A_page_whose_lines_do_not_stand_side_by_side_is_not_searched()
    {
        using PageImage page = White(PixelFormat.Gray8);
        Fill(page, 100, 200, 700, 203, 0);
        DirectedLine[] lines = [.. Enumerable.Range(0, 9).Select(i => Line(50, 100 + i * 40))];
        var rulings = new List<Ruling>();

        new RulingFinder().Find(page, lines, rulings);
        Assert.Empty(rulings);

        new RulingFinder().Find(
            page,
            [.. lines, .. Enumerable.Range(0, 9).Select(i => Line(500, 100 + i * 40))],
            rulings
        );
        Assert.Single(rulings);
    }

    [Fact]
    public void A_page_smaller_than_a_ruling_has_none()
    {
        using var page = new PageImage();
        page.Reset(3, 2, PixelFormat.Gray8);
        page.Fill(0);

        Assert.Empty(Find(page));
    }

    private static List<Ruling> Find(PageImage page)
    {
        var rulings = new List<Ruling>();
        new RulingFinder().Find(page, Minimum, rulings);
        return rulings;
    }

    private static PageImage White(PixelFormat format)
    {
        var page = new PageImage();
        page.Reset(Width, Height, format);
        page.Fill(255);
        return page;
    }

    private static void Fill(PageImage page, int left, int top, int right, int bottom, byte value)
    {
        for (int y = top; y < bottom; y++)
        {
            page.Row(y)[(left * page.Channels)..(right * page.Channels)].Fill(value);
        }
    }

    private static DirectedLine Line(float x, float y) =>
        new(new TextLine("cell", 1, Quad.FromRectangle(x, y, x + 80, y + 20), []), Vertical: false);

    private static void AssertNear(Ruling expected, Ruling actual)
    {
        Assert.InRange(actual.From.DistanceTo(expected.From), 0, 6);
        Assert.InRange(actual.To.DistanceTo(expected.To), 0, 6);
    }
}
