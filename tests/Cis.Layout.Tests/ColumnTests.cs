namespace Cis.Layout.Tests;

public sealed class ColumnTests
{
    [Theory]
    [InlineData(2.1f)]
    [InlineData(2.6f)]
    public void Two_pages_with_wide_leading_on_one_sheet_are_read_page_by_page(float leading)
    {
        PageSketch page = new PageSketch().Prose(2, 2, 20, 20, leading).Prose(30, 2, 20, 20, leading);

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void A_caption_between_two_columns_with_text_around_it_does_not_end_them()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 20, 10)
            .Prose(2, 14, 12, 6)
            .Prose(2, 21.2f, 20, 10)
            .Stack(17, 19, 1.2f, "Fig. 7. The mole seen", "from the lighthouse")
            .Prose(24, 2, 20, 10)
            .Prose(30, 14, 14, 6)
            .Prose(24, 21.2f, 20, 10);

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void Sentences_that_go_on_below_a_figure_keep_their_column_together()
    {
        PageSketch page = new PageSketch()
            .Stack(
                2,
                2,
                1.2f,
                "The mole was finished in the year",
                "of the great frost and stood for",
                "a century until the sea, in one"
            )
            .Stack(
                2,
                18,
                1.2f,
                "night of November, took the head",
                "of it and the lamp, so that ships",
                "had to wait outside until the day."
            )
            .Print(14, 16, "The mole before it was finished")
            .Stack(
                24,
                2,
                1.2f,
                "It was then that the council, in",
                "need of money, sold the rights of",
                "the weir to a company of millers"
            )
            .Stack(
                24,
                18,
                1.2f,
                "who never paid for them and were",
                "taken to court. The papers of the",
                "case are lost, but for two letters."
            );

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void A_heading_across_columns_whose_sentences_end_parts_them()
    {
        string[] above =
        [
            "The mole was finished in the year",
            "of the great frost and stood for",
            "a century until the sea, in one",
            "night of November, took the head",
            "of it and the lamp, so that ships",
            "had to wait, all of that winter,",
            "outside in the bay, where nothing",
            "but a buoy showed them the way to",
            "the landing, and many were lost in",
            "the storms that came every week up",
            "to the month of March, as we know",
            "from letters, now in the museum.",
        ];
        string[] below = [.. above.Select(line => line.Replace("the", "its", StringComparison.Ordinal))];
        PageSketch page = new PageSketch()
            .Stack(2, 2, 1.2f, above.AsSpan(0, 6))
            .Stack(24, 2, 1.2f, above.AsSpan(6))
            .Print(14, 11, "Of the weir and its owners")
            .Stack(2, 14, 1.2f, below.AsSpan(0, 6))
            .Stack(24, 14, 1.2f, below.AsSpan(6));

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }

    [Fact]
    public void A_table_beside_a_side_bar_is_not_read_across_it()
    {
        var page = new PageSketch();
        for (int row = 0; row < 12; row++)
        {
            page.Print(2, 2 + row * 1.3f, $"Harbour {row}").Print(12, 2 + row * 1.3f, $"{row * 37}");
            page.Print(18, 2 + row * 1.3f, $"{row * 91}.5");
        }

        page.Stack(
            30,
            2,
            1.9f,
            "Founded 1702",
            "Depth 4 m",
            "Boats 31",
            "Light: none",
            "Tides: two",
            "Inns: one",
            "Cranes: 2",
            "Bells: 3"
        );

        OrderAssert.IsAsDrawn(page, page.Arrange());
    }
}
