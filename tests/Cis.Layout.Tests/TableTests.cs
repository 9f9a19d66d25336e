using Cis.Pages;

namespace Cis.Layout.Tests;

public sealed class TableTests
{
    [Fact]
    public void Cells_that_line_up_are_a_table_with_its_empty_cells_left_out()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 40, 4)
            .Print(2, 8, "Port")
            .Print(14, 8, "Cod")
            .Print(24, 8, "Herring")
            .Print(2, 9.4f, "Leith")
            .Print(14, 9.4f, "31")
            .Print(24, 9.4f, "7")
            .Print(2, 10.8f, "Wick")
            .Print(24, 10.8f, "1,204")
            .Print(2, 12.2f, "Banff")
            .Print(14, 12.2f, "5")
            .Print(24, 12.2f, "66")
            .Prose(2, 16, 40, 4);

        PageLayout layout = page.Arrange();

        TextTable table = Assert.Single(layout.Tables);
        Assert.Equal(3, table.Columns);
        Assert.Equal(
            ["0 Port, 1 Cod, 2 Herring", "0 Leith, 1 31, 2 7", "0 Wick, 2 1,204", "0 Banff, 1 5, 2 66"],
            table.Rows.Select(row => string.Join(", ", row.Select(cell => $"{cell.Column} {cell.Text}")))
        );
        Assert.All(
            table.Rows.SelectMany(row => row),
            cell => Assert.Equal(cell.Text, layout.Lines[Assert.Single(cell.Lines)].Text)
        );
    }

    [Fact]
    public void A_heading_across_columns_does_not_hide_them()
    {
        PageSketch page = new PageSketch().Print(8, 2, "Landed in the ports of the coast").Print(30, 2, "Sold");
        for (int row = 0; row < 6; row++)
        {
            page.Print(2, 3.4f + row * 1.4f, $"Port {row}").Print(12, 3.4f + row * 1.4f, $"{row}1");
            page.Print(20, 3.4f + row * 1.4f, $"{row}2").Print(30, 3.4f + row * 1.4f, $"{row}3");
        }

        TextTable table = Assert.Single(page.Arrange().Tables);

        Assert.Equal(4, table.Columns);
        Assert.Equal(7, table.Rows.Count);
    }

    [Fact]
    public void A_ruled_cell_of_several_lines_is_one_cell()
    {
        PageSketch page = new PageSketch()
            .Print(2, 2, "Work")
            .Print(16, 2, "When")
            .Stack(2, 4, 1.2f, "Repair of the", "old bell")
            .Stack(16, 4, 1.2f, "in spring, if the", "weather is fair")
            .Grid([1.5f, 15, 30], [1.5f, 3.5f, 7]);

        TextTable table = Assert.Single(page.Arrange().Tables);

        Assert.Equal(
            ["Work | When", "Repair of the old bell | in spring, if the weather is fair"],
            table.Rows.Select(row => string.Join(" | ", row.Select(cell => cell.Text)))
        );
    }

    [Fact]
    public void Columns_of_a_newspaper_between_rulings_are_no_table()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 14, 30)
            .Prose(18, 2, 14, 30)
            .Prose(34, 2, 14, 30)
            .Prose(2, 40, 14, 30)
            .Prose(18, 40, 14, 30)
            .Prose(34, 40, 14, 30)
            .Grid([17, 33], [1, 39, 78])
            .Rule(1, 39, 49, 39);

        Assert.Empty(page.Arrange().Tables);
    }

    [Fact]
    public void A_letter_is_no_table()
    {
        PageSketch page = new PageSketch()
            .Stack(2, 2, 1.3f, "Harbour Company", "Long Wall 3", "Leith")
            .Stack(30, 2, 1.3f, "Tel. 31", "Ref. A 7", "1 May 1911")
            .Print(2, 8, "Dear Sir,")
            .Prose(2, 10, 40, 12)
            .Print(2, 26, "Yours")
            .Print(30, 26, "For the Company");

        Assert.Empty(page.Arrange().Tables);
    }

    [Fact]
    public void Numbered_lines_of_a_transcript_are_no_table()
    {
        var page = new PageSketch();
        for (int row = 1; row <= 25; row++)
        {
            page.Print(2, row * 1.5f, $"{row}").Prose(6, row * 1.5f, row % 4 == 0 ? 12 : 24, 1);
        }

        Assert.Empty(page.Arrange().Tables);
    }

    [Fact]
    public void A_table_is_found_again_in_lines_that_hold_whole_rows()
    {
        var page = new PageSketch();
        for (int row = 0; row < 4; row++)
        {
            page.Print(2, 2 + row * 1.4f, $"Port {row}").Print(14, 2 + row * 1.4f, $"{row}1");
        }

        PageLayout layout = page.Arrange();
        TextLine[] rows =
        [
            new TextLine("Ports", 1, default, []),
            .. layout.Lines.Chunk(2).Select(pair => pair[0] with { Words = [.. pair[0].Words, .. pair[1].Words] }),
        ];

        TextTable table = Assert.Single(TableLines.Onto(layout.Tables, layout.Lines, rows));
        Assert.Equal(
            [1, 1, 2, 2, 3, 3, 4, 4],
            table.Rows.SelectMany(row => row).Select(cell => Assert.Single(cell.Lines))
        );
        Assert.Empty(TableLines.Onto(layout.Tables, layout.Lines, rows[..3]));
    }

    [Fact]
    public void A_table_behind_other_lines_names_its_own()
    {
        var page = new PageSketch();
        for (int row = 0; row < 4; row++)
        {
            page.Print(2, 2 + row * 1.4f, $"Port {row}").Print(14, 2 + row * 1.4f, $"{row}1");
        }

        TextTable table = Assert.Single(TableLines.Shift(page.Arrange().Tables, 10));

        Assert.Equal(Enumerable.Range(10, 8), table.Rows.SelectMany(row => row).SelectMany(cell => cell.Lines));
    }
}
