using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class PageShapeTests
{
    // What of fax.tiff in half its size is pasted: its first lines.
    private const int PartHeight = 300;

    [Theory]
    [InlineData(1, 6, 600, 1500)] // a roll 620 x 9000
    [InlineData(3, 3, 1500, 1600)] // a plan 4500 x 4800 with a few labels
    public void Print_is_read_on_a_page_of_any_size(int columns, int rows, int columnWidth, int rowHeight)
    {
        Picture part = Part();
        string expected = Readings.Read([part], "v6")[0].Text;
        Assert.InRange(expected.Length, 100, 10_000);
        var page = new Picture(Math.Max(part.Width, columns * columnWidth), rows * rowHeight);
        page.Fill(255);
        for (int i = 0; i < columns * rows; i++)
        {
            page.Paste(
                part,
                0,
                0,
                Math.Min(part.Width, columnWidth),
                part.Height,
                i % columns * columnWidth,
                i / columns * rowHeight + 700
            );
        }

        PageText read = Readings.Read([page], "v6")[0];

        string all = string.Join("\n", Enumerable.Repeat(expected, columns * rows));
        Assert.InRange(read.Text.Length, all.Length * 0.97, all.Length * 1.03);
        Assert.Empty(read.Remarks.Notes);
    }

    [Fact]
    public void A_roll_of_running_text_is_read_like_its_parts()
    {
        const int Height = 900;
        const int Times = 8;
        Picture source = SamplePages.Of("fax.tiff")[1];
        var part = new Picture(source.Width, Height);
        part.Paste(source, 0, 0, source.Width, Height, 0, 0);
        var roll = new Picture(source.Width, Times * Height);
        for (int i = 0; i < Times; i++)
        {
            roll.Paste(part, 0, 0, part.Width, Height, 0, i * Height);
        }

        string expected = Readings.Read([part], "v6")[0].Text;
        string read = Readings.Read([roll], "v6")[0].Text;

        // Seen as a whole, its lines are a few pixels high and run together.
        Assert.InRange(CharacterErrors.Rate(string.Join("\n\n", Enumerable.Repeat(expected, Times)), read), 0, 0.003);
    }

    [Fact]
    public void A_banner_of_one_line_is_read_as_one_line()
    {
        Picture page = SamplePages.Of("fax.tiff")[0];
        TextLine line = Readings.Of("fax.tiff", "v6")[0].Lines.MaxBy(l => l.Words.Count)!;
        int height = (int)line.Box.Height + 8;
        var banner = new Picture(12 * page.Width, height);
        banner.Fill(255);
        int width = (int)line.Box.Width + 16;
        for (int i = 0; i < 12; i++)
        {
            banner.Paste(page, (int)line.Box.Left - 4, (int)line.Box.Top - 4, width, height, i * width, 0);
        }

        PageText read = Readings.Read([banner], "v6")[0];

        TextLine only = Assert.Single(read.Lines);
        string expected = string.Join(' ', Enumerable.Repeat(line.Text, 12));
        Assert.InRange(CharacterErrors.Rate(expected, only.Text), 0, 0.03);
        Assert.Equal(only.Text, string.Join(' ', only.Words.Select(w => w.Text)));
    }

    [Fact]
    public void A_table_of_more_than_a_thousand_cells_is_read_to_its_end()
    {
        (Picture table, string[] words) = Words.Table(rows: 36, columns: 30, columnWidth: 110, rowHeight: 60);

        PageText read = Readings.Read([table], "v6")[0];

        string[] cells = read.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(cells.Length, words.Length * 0.97, words.Length * 1.03);
    }

    private static Picture Part()
    {
        Picture text = SamplePages.Of("fax.tiff")[1].Halved();
        var part = new Picture(text.Width, PartHeight);
        part.Paste(text, 0, 0, text.Width, PartHeight, 0, 0);
        return part;
    }
}
