namespace Cis.Layout.Tests;

public sealed class RuledTableTests
{
    private static readonly float[] s_columns = [1.5f, 14, 40, 52];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Cells_with_several_lines_are_read_one_by_one_row_by_row(float degrees)
    {
        PageSketch page = Works().Grid(s_columns, [1.5f, 8.5f, 14.5f, 20.5f]);

        OrderAssert.IsAsDrawn(page, page.Arrange(degrees));
    }

    [Fact]
    public void A_cell_beside_several_rows_is_read_before_them()
    {
        PageSketch page = new PageSketch()
            .Stack(2, 4, 1.2f, "Weekly survey of the", "harbour with all its", "moles and landings")
            .Print(16, 2.3f, "Soundings at each of the four landings")
            .Print(42, 2.3f, "by boat")
            .Print(16, 5.3f, "Inspection of the lamps and the bells")
            .Print(42, 5.3f, "on foot")
            .Print(16, 8.3f, "A report to the council of the town")
            .Print(42, 8.3f, "by post")
            .Rule(1.5f, 1.5f, 52, 1.5f)
            .Rule(14, 4.5f, 52, 4.5f)
            .Rule(14, 7.5f, 52, 7.5f)
            .Rule(1.5f, 10.5f, 52, 10.5f);
        foreach (float x in s_columns)
        {
            page.Rule(x, 1.5f, x, 10.5f);
        }

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void Two_ruled_boxes_side_by_side_are_read_one_after_the_other()
    {
        PageSketch page = new PageSketch()
            .Print(2, 0, "A patent of the harbour company, as it was printed in May")
            .Stack(2, 3, 1.5f, "(84) Designated states:", "AT BE BG")
            .Stack(2, 7.5f, 1.5f, "(30) Priority in England:", "25 May 1901")
            .Stack(2, 12, 1.5f, "(73) Owner of the patent:", "Harbour Ltd")
            .Stack(24, 3.75f, 1.5f, "(72) Inventor and author:", "A. Miller", "Leith")
            .Stack(24, 9.75f, 1.5f, "(74) In her stead stands:", "B. Weaver", "Wick", "Long Wall")
            .Rule(1.5f, 2, 44, 2)
            .Rule(1.5f, 17, 44, 17)
            .Rule(22, 2, 22, 17);

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void A_table_with_rulings_between_its_columns_only_is_read_row_by_row()
    {
        var page = new PageSketch();
        for (int row = 0; row < 10; row++)
        {
            page.Print(2, 2 + row * 1.4f, $"{row} pounds of tallow for lamps").Print(22, 2 + row * 1.4f, $"{row}.40");
            page.Print(30, 2 + row * 1.4f, $"delivered by the boat of day {row}");
        }

        page.Grid([1.5f, 21, 29, 50], [1.5f, 16]);
        page.Rule(1.5f, 3.2f, 50, 3.2f);

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void Pages_printed_on_one_sheet_are_no_table()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 20, 15)
            .Prose(2, 23, 20, 15)
            .Prose(28, 2, 20, 15)
            .Prose(28, 23, 20, 15)
            .Grid([1, 25, 50], [1, 21.5f, 42]);

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void Rulings_without_text_or_in_heaps_change_nothing()
    {
        var page = new PageSketch();
        page.Prose(2, 2, 20, 8);
        for (int i = 0; i < 5_000; i++)
        {
            page.Rule(i % 50, 0, i % 50, 90).Rule(0, i % 90, 60, i % 90);
        }

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    /// <summary>A table of three rows whose cells have up to five lines, centerd in their rows.</summary>
    private static PageSketch Works() =>
        new PageSketch()
            .Stack(2, 3.8f, 1.2f, "Weekly survey of", "the harbour and", "its moles")
            .Prose(16, 2, 23, 5)
            .Stack(42, 4.4f, 1.2f, "each week")
            .Stack(2, 10.1f, 1.2f, "Repair of the old", "lamps and bells")
            .Prose(16, 9, 23, 4)
            .Stack(42, 11, 1.2f, "in spring")
            .Stack(2, 16.7f, 1.2f, "A report")
            .Prose(16, 15, 23, 4)
            .Stack(42, 16.1f, 1.2f, "each year, by", "the last of May");
}
