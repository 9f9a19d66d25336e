using Cis.Pages;

namespace Cis.Layout.Tests;

public sealed class TextLayerTests
{
    [Fact]
    public void Lines_that_run_through_three_columns_are_parted()
    {
        PageSketch columns = new PageSketch().Prose(2, 2, 14, 12).Prose(18.5f, 2, 14, 12).Prose(35, 2, 14, 12);
        var drawn = new DirectedLine[12];
        for (int i = 0; i < 12; i++)
        {
            drawn[i] = Together(columns.Drawn[i], columns.Drawn[i + 12], columns.Drawn[i + 24]);
        }

        Assert.Equal(columns.Texts, ReadingOrder.Arrange(drawn).Lines.Select(l => l.Text));
    }

    [Fact]
    public void Words_drawn_in_any_order_are_lines_again()
    {
        PageSketch page = new PageSketch().Prose(2, 2, 30, 6);
        DirectedLine[] words =
        [
            .. page.Drawn.SelectMany(l => l.Line.Words).Select(w => Layer(new TextLine(w.Text, 1, w.Box, [w]))),
        ];
        new Random(2).Shuffle(words);

        Assert.Equal(page.Texts, ReadingOrder.Arrange(words).Lines.Select(l => l.Text));
    }

    [Fact]
    public void Values_drawn_after_all_labels_stand_beside_them()
    {
        DirectedLine[] drawn =
        [
            .. new PageSketch().Stack(2, 2, 2, "Name of the ship:", "Port of departure:", "Number of sailors:").Drawn,
            .. new PageSketch().Stack(14, 2, 2, "Albatross", "Leith", "31").Drawn,
        ];

        PageLayout layout = ReadingOrder.Arrange([.. drawn.Select(l => Layer(l.Line))]);

        Assert.Equal("Name of the ship:  Albatross\nPort of departure:  Leith\nNumber of sailors:  31", layout.Text);
    }

    [Fact]
    public void Words_written_from_right_to_left_keep_their_order()
    {
        TextWord[] words = [Word("שלום", 300), Word("לכל", 200), Word("העולם", 100)];
        var line = new TextLine("שלום לכל העולם", 1, Quad.FromRectangle(100, 100, 380, 120), words);

        Assert.Equal("שלום לכל העולם", ReadingOrder.Arrange([Layer(line)]).Text);
    }

    [Fact]
    public void Text_along_the_side_of_a_page_is_left_whole()
    {
        TextWord[] words = [UpWord("along", 300), UpWord("the", 240), UpWord("side", 200)];
        var box = new Quad(new(40, 300), new(40, 150), new(60, 150), new(60, 300));

        PageLayout layout = ReadingOrder.Arrange([Layer(new TextLine("along the side", 1, box, words))]);

        Assert.Equal("along the side", Assert.Single(layout.Lines).Text);
    }

    private static TextWord Word(string text, float x) => new(text, 1, Quad.FromRectangle(x, 100, x + 80, 120));

    private static TextWord UpWord(string text, float y) =>
        new(text, 1, new Quad(new(40, y), new(40, y - 50), new(60, y - 50), new(60, y)));

    private static DirectedLine Together(params DirectedLine[] pieces)
    {
        TextWord[] words = [.. pieces.SelectMany(piece => piece.Line.Words)];
        (Quad first, Quad last) = (pieces[0].Line.Box, pieces[^1].Line.Box);
        var box = new Quad(first.TopLeft, last.TopRight, last.BottomRight, first.BottomLeft);
        return Layer(new TextLine(string.Join(' ', words.Select(w => w.Text)), 1, box, words));
    }

    private static DirectedLine Layer(TextLine line) =>
        new(line with { Source = TextSource.TextLayer }, Vertical: false);
}
