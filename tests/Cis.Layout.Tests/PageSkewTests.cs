using Cis.Pages;

namespace Cis.Layout.Tests;

public class PageSkewTests
{
    private const float Degree = MathF.PI / 180;

    [Theory]
    [InlineData(4)]
    [InlineData(-4)]
    [InlineData(-3)]
    [InlineData(1)]
    [InlineData(0)]
    public void A_table_of_short_cells_tells_its_skew_by_its_rows(int degrees)
    {
        List<DirectedLine> cells = Table(rows: 30, columns: 6, degrees * Degree);

        Assert.Equal(degrees, PageSkew.Estimate(cells) / Degree, 0.3);
    }

    [Fact]
    public void The_rows_of_a_skewed_table_are_read_one_after_another()
    {
        List<DirectedLine> cells = Table(rows: 30, columns: 6, -3 * Degree);

        PageLayout page = ReadingOrder.Arrange(cells);

        Assert.Equal(cells.Select(c => c.Line.Text), page.Lines.Select(l => l.Text));
    }

    [Fact]
    public void A_few_short_boxes_tell_nothing()
    {
        List<DirectedLine> cells = Table(rows: 2, columns: 3, 4 * Degree);

        Assert.Equal(0, PageSkew.Estimate(cells));
    }

    /// <summary>Numbers of three digits, boxed with the errors of a detector: two degrees and a few pixels.</summary>
    private static List<DirectedLine> Table(int rows, int columns, float angle)
    {
        var random = new Random(1);
        List<DirectedLine> cells = [];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                (float x, float y) = (150 + column * 230, 200 + row * 60);
                (float sin, float cos) = MathF.SinCos(angle);
                var middle = new PagePoint(x * cos - y * sin + 100, x * sin + y * cos + 100 + random.Next(-3, 4));
                Quad box = Box(middle, 72, 40, angle + (random.NextSingle() - 0.5f) * 4 * Degree);
                string text = $"{100 + row * columns + column}";
                cells.Add(new DirectedLine(new TextLine(text, 1, box, [new TextWord(text, 1, box)]), false));
            }
        }

        return cells;
    }

    private static Quad Box(PagePoint middle, float width, float height, float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        return new Quad(At(-1, -1), At(1, -1), At(1, 1), At(-1, 1));

        PagePoint At(int along, int across) =>
            new(
                middle.X + (along * width * cos - across * height * sin) / 2,
                middle.Y + (along * width * sin + across * height * cos) / 2
            );
    }
}
