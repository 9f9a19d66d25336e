using Cis.Pages;

namespace Cis.Layout.Tests;

public sealed class ReadingOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public void Two_columns_under_a_title_are_read_one_after_the_other(float degrees)
    {
        PageSketch page = new PageSketch()
            .Print(12, 2, "A title that spans both columns", size: 1.6f)
            .Prose(2, 6, 20, 30)
            .Prose(24, 6, 20, 28);

        AssertOrder(page, page.Arrange(degrees));
    }

    [Fact]
    public void A_heading_across_three_columns_parts_those_above_from_those_below()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 14, 12)
            .Prose(18, 2, 14, 12)
            .Prose(34, 2, 14, 12)
            .Print(2, 18, "Here begins another story altogether, which goes on below", size: 1.5f)
            .Prose(2, 21, 14, 12)
            .Prose(18, 21, 14, 12)
            .Prose(34, 21, 14, 9);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Columns_whose_lines_stand_at_other_heights_are_kept_apart()
    {
        PageSketch page = new PageSketch().Prose(2, 2, 20, 20).Prose(24, 2.5f, 20, 17, leading: 1.4f);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void A_running_head_and_a_page_number_stay_outside_the_columns()
    {
        PageSketch page = new PageSketch()
            .Print(2, 1, "Journal of Harbours")
            .Print(38, 1, "Winter 1911")
            .Prose(2, 5, 20, 24)
            .Prose(24, 5, 20, 24)
            .Print(42, 38, "117");

        PageLayout layout = page.Arrange();

        AssertOrder(page, layout);
        Assert.StartsWith("Journal of Harbours  Winter 1911\n\n", layout.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_paragraph_of_the_longer_column_belongs_to_it_however_short()
    {
        // Paragraphs apart by a blank line, which is more white than sets a page number apart.
        PageSketch page = new PageSketch()
            .Prose(2, 2, 20, 5, leading: 1.4f)
            .Prose(2, 10.4f, 20, 4, leading: 1.4f)
            .Prose(2, 17.4f, 20, 2, leading: 1.4f)
            .Prose(24, 2, 20, 6, leading: 1.4f)
            .Prose(24, 11.8f, 20, 3, leading: 1.4f)
            .Print(22, 24, "117");

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void A_vertical_rule_read_as_a_letter_does_not_break_the_columns()
    {
        PageSketch page = new PageSketch().Prose(2, 2, 20, 20).Print(23.2f, 12, "|").Prose(25, 2, 20, 20);

        string[] texts = [.. page.Arrange().Lines.Select(l => l.Text).Where(t => t != "|")];

        Assert.Equal(page.Texts.Where(t => t != "|"), texts);
    }

    [Fact]
    public void Lines_drawn_across_a_gutter_are_parted()
    {
        var page = new PageSketch();
        IReadOnlyList<string> texts = page.MergedColumns(20, 20, 6, 7, 13);

        Assert.Equal(texts, page.Arrange().Lines.Select(l => l.Text));
    }

    [Fact]
    public void A_side_bar_of_short_lines_is_read_apart_from_the_text_beside_it()
    {
        PageSketch page = new PageSketch()
            .Stack(
                2,
                2,
                1.55f,
                "Harbour",
                "Founded 1702",
                "Depth 4 m",
                "Boats 31",
                "Light: none",
                "Tides: two",
                "Inns: one"
            )
            .Prose(14, 2, 30, 20);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void A_caption_let_into_a_column_is_not_mixed_with_the_text_around_it()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 40, 6)
            .Prose(2, 9.2f, 22, 12)
            .Stack(28, 18.5f, 1, "Fig. 3. The wall", "after the flood", "of last winter")
            .Prose(2, 23.6f, 40, 6);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Footnotes_follow_the_columns_above_them()
    {
        PageSketch page = new PageSketch()
            .Prose(2, 2, 20, 20)
            .Prose(24, 2, 20, 20)
            .Print(2, 28, "1 A note that runs under both of the columns, as notes in old books do.", size: 0.8f)
            .Print(2, 29, "2 Another.", size: 0.8f);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Each_label_of_a_form_is_followed_by_its_value()
    {
        PageLayout layout = new PageSketch()
            .Print(2, 2, "Name of applicant:")
            .Print(16, 2, "Ada Miller")
            .Print(2, 4, "Date of birth:")
            .Print(16, 4, "1 May 1960")
            .Print(2, 6, "Address of employer:")
            .Print(16, 6, "Harbour Road 3")
            .Print(2, 8, "Number of children:")
            .Print(16, 8, "2")
            .Arrange();

        Assert.Equal(
            """
            Name of applicant:  Ada Miller
            Date of birth:  1 May 1960
            Address of employer:  Harbour Road 3
            Number of children:  2
            """,
            layout.Text
        );
    }

    [Fact]
    public void A_receipt_keeps_each_price_with_its_item()
    {
        PageLayout layout = new PageSketch()
            .Print(5, 2, "CORNER SHOP")
            .Stack(2, 6, 1.3f, "Brown bread of rye sliced", "Fresh butter with salt", "Tea of Ceylon in bags")
            .Stack(22, 6, 1.3f, "2.40", "1.95", "12.00")
            .Print(2, 11, "TOTAL")
            .Print(22, 11, "16.35")
            .Arrange();

        Assert.Equal(
            """
            CORNER SHOP

            Brown bread of rye sliced  2.40
            Fresh butter with salt  1.95
            Tea of Ceylon in bags  12.00

            TOTAL  16.35
            """,
            layout.Text
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_table_of_figures_is_read_row_by_row(float degrees)
    {
        var page = new PageSketch();
        page.Print(2, 1, "A table of the catch, in barrels, by harbour and by year of the survey");
        for (int row = 0; row < 25; row++)
        {
            page.Print(2, 4 + row * 1.3f, $"Harbour of Port {row}").Print(18, 4 + row * 1.3f, $"{row * 37}.{row}");
            page.Print(28, 4 + row * 1.3f, $"{row * 91}").Print(38, 4 + row * 1.3f, $"-{row}.50");
        }

        AssertOrder(page, page.Arrange(degrees));
    }

    [Fact]
    public void A_term_is_read_with_its_explanation_of_several_lines()
    {
        PageSketch page = new PageSketch()
            .Print(2, 2, "ADIR")
            .Prose(10, 2, 30, 2)
            .Print(2, 4.4f, "MDHINC")
            .Prose(10, 4.4f, 30, 3)
            .Print(2, 8, "POPDEN")
            .Prose(10, 8, 30, 2);

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Numbered_lines_of_two_pages_on_one_sheet_are_read_page_by_page()
    {
        var page = new PageSketch();
        foreach (float x in (float[])[2, 30])
        {
            for (int row = 1; row <= 20; row++)
            {
                page.Print(x, row * 1.5f, $"{row}").Prose(x + 3, row * 1.5f, 20, 1);
            }
        }

        AssertOrder(page, page.Arrange());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Vertical_japanese_is_read_from_right_to_left(float degrees)
    {
        PageSketch page = new PageSketch()
            .PrintDown(20, 2, "吾輩は猫である。名前はまだ無い。")
            .PrintDown(18, 2, "どこで生れたかとんと見当がつかぬ。")
            .PrintDown(16, 2, "何でも薄暗いじめじめした所で");

        PageLayout layout = page.Arrange(degrees);

        Assert.Equal(
            """
            吾輩は猫である。名前はまだ無い。
            どこで生れたかとんと見当がつかぬ。
            何でも薄暗いじめじめした所で
            """,
            layout.Text
        );
    }

    [Fact]
    public void Furigana_follow_the_block_whose_words_they_stand_over()
    {
        PageLayout layout = new PageSketch()
            .Print(2, 2, "吾輩は猫である。名前はまだ無い。")
            .Print(2, 4, "見当がつかぬ。")
            .Print(2, 1.35f, "わがはい", size: 0.5f)
            .Print(4.6f, 1.35f, "ねこ", size: 0.5f)
            .Print(2, 3.35f, "けんとう", size: 0.5f)
            .Arrange();

        Assert.Equal("吾輩は猫である。名前はまだ無い。\n見当がつかぬ。\n\nわがはい ねこ けんとう", layout.Text);
    }

    [Fact]
    public void Furigana_are_left_out_where_that_is_set()
    {
        PageSketch page = new PageSketch()
            .Print(2, 2, "吾輩は猫である。名前はまだ無い。")
            .Print(2, 4, "見当がつかぬ。")
            .Print(2, 1.35f, "わがはい", size: 0.5f)
            .Print(2, 3.35f, "けんとう", size: 0.5f);

        Assert.Equal("吾輩は猫である。名前はまだ無い。\n見当がつかぬ。", page.Arrange(FuriganaMode.Drop).Text);
    }

    [Fact]
    public void Furigana_beside_vertical_text_do_not_cut_it()
    {
        PageLayout layout = new PageSketch()
            .PrintDown(20, 2, "吾輩は猫である。名前はまだ無い。")
            .PrintDown(18, 2, "どこで生れたかとんと見当がつかぬ。")
            .PrintDown(21.15f, 2, "わがはい", size: 0.5f)
            .PrintDown(19.15f, 12, "けんとう", size: 0.5f)
            .Arrange();

        Assert.StartsWith(
            "吾輩は猫である。名前はまだ無い。\nどこで生れたかとんと見当がつかぬ。\n\n",
            layout.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Vertical_japanese_in_two_tiers_is_read_tier_by_tier_between_its_title_and_page_number()
    {
        var page = new PageSketch();
        page.Print(14, 0, "第一章のはじまり");
        foreach (float y in (float[])[3, 28])
        {
            for (int column = 0; column < 8; column++)
            {
                page.PrintDown(30 - column * 1.8f, y, $"{column}どこで生れたかとんと見当がつかぬ何でも薄暗い");
            }
        }

        page.Print(20, 54, "十二");

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Pieces_of_one_line_are_joined_by_one_space_and_japanese_ones_by_none()
    {
        PageLayout layout = new PageSketch()
            .Print(2, 2, "They came")
            .Print(7.2f, 2.1f, "down from the hills")
            .Print(2, 4, "吾輩は")
            .Print(5.5f, 4, "猫である")
            .Arrange();

        Assert.Equal("They came down from the hills\n吾輩は猫である", layout.Text);
    }

    [Fact]
    public void A_row_that_sinks_along_a_curled_page_stays_one_row()
    {
        var page = new PageSketch();
        for (int row = 0; row < 6; row++)
        {
            for (int cell = 0; cell < 4; cell++)
            {
                page.Print(2 + cell * 8, 2 + row * 1.6f + cell * cell * 0.08f, $"r{row}c{cell}");
            }
        }

        AssertOrder(page, page.Arrange());
    }

    [Fact]
    public void Paragraphs_are_parted_by_a_blank_line()
    {
        PageLayout layout = new PageSketch()
            .Stack(2, 2, 1.2f, "The harbour was quiet that evening and no", "lantern burned along its wall.")
            .Stack(
                2,
                5.2f,
                1.2f,
                "They came down from the hills, which lay",
                "behind it in the dusk, and looked for the",
                "boat."
            )
            .Stack(3, 8.8f, 1.2f, "It had gone. The old man on the wall")
            .Stack(2, 10, 1.2f, "said that nobody had come by since noon", "and went on mending his nets.")
            .Arrange();

        Assert.Equal(
            """
            The harbour was quiet that evening and no
            lantern burned along its wall.

            They came down from the hills, which lay
            behind it in the dusk, and looked for the
            boat.

            It had gone. The old man on the wall
            said that nobody had come by since noon
            and went on mending his nets.
            """,
            layout.Text
        );
        Assert.Equal([new(0, 2), new(0, 3), new(0, 3)], layout.Paragraphs);
    }

    [Fact]
    public void A_title_and_each_column_below_it_are_blocks()
    {
        PageLayout layout = new PageSketch()
            .Print(12, 2, "A title that spans both columns", size: 1.6f)
            .Prose(2, 6, 20, 30)
            .Prose(24, 6, 20, 28)
            .Arrange();

        Assert.Equal([new(0, 1), new(1, 30), new(2, 28)], layout.Paragraphs);
    }

    [Fact]
    public void A_paragraph_that_goes_on_in_the_next_column_has_a_part_in_each_block()
    {
        PageLayout layout = new PageSketch()
            .Prose(2, 2, 20, 20)
            .Stack(24, 2, 1.2f, "and so they went on along the old wall")
            .Prose(24, 3.2f, 20, 19)
            .Arrange();

        Assert.DoesNotContain("\n\n", layout.Text, StringComparison.Ordinal);
        Assert.Equal([new(0, 20), new(1, 20)], layout.Paragraphs);
    }

    [Fact]
    public void The_pieces_of_a_row_count_as_lines_of_its_paragraph()
    {
        PageLayout layout = new PageSketch()
            .Print(2, 2, "They came")
            .Print(7.2f, 2.1f, "down from the hills")
            .Print(2, 6, "No lantern")
            .Arrange();

        Assert.Equal("They came down from the hills\n\nNo lantern", layout.Text);
        Assert.Equal([new(0, 2), new(0, 1)], layout.Paragraphs);
    }

    [Fact]
    public void An_empty_page_has_no_text()
    {
        PageLayout layout = ReadingOrder.Arrange([]);

        Assert.Equal("", layout.Text);
        Assert.Empty(layout.Lines);
        Assert.Empty(layout.Paragraphs);
    }

    [Fact]
    public void However_boxes_lie_every_line_is_given_out_once()
    {
        var random = new Random(7);
        for (int run = 0; run < 20; run++)
        {
            DirectedLine[] lines = [.. Enumerable.Range(0, 500).Select(i => Scatter(random, i))];

            PageLayout layout = ReadingOrder.Arrange(lines);

            Assert.Equal(
                lines.Select(l => l.Line.Text).Order(StringComparer.Ordinal),
                layout.Lines.Select(l => l.Text).Order(StringComparer.Ordinal)
            );
            Assert.Equal(lines.Length, layout.Paragraphs.Sum(paragraph => paragraph.Lines));
            Assert.Equal(layout.Paragraphs.Select(p => p.Block).Order(), layout.Paragraphs.Select(p => p.Block));
        }
    }

    private static DirectedLine Scatter(Random random, int index)
    {
        float Next(float to) => random.NextSingle() * to;

        PagePoint Point() => new(Next(1000), Next(1000));

        string text = $"{index} some words that might be running text";
        float x = Next(900);
        float y = Next(900);
        Quad box = random.Next(10) switch
        {
            0 => new Quad(Point(), Point(), Point(), Point()),
            1 => Quad.FromRectangle(x, y, x, y),
            _ => Quad.FromRectangle(x, y, x + Next(400), y + Next(40)),
        };
        return new DirectedLine(new TextLine(text, 1, box, [new TextWord(text, 1, box)]), random.Next(5) == 0);
    }

    private static void AssertOrder(PageSketch page, PageLayout layout) =>
        Assert.Equal(page.Texts, layout.Lines.Select(l => l.Text));
}
