using Cis.Pages;

namespace Cis.Layout.Tests;

public sealed class TextLayerTests
{
    [Fact]
    public void Lines_that_run_through_three_columns_are_parted()
    {
        PageSketch columns = new PageSketch().Prose(2, 2, 14, 12).Prose(18.5f, 2, 14, 12).Prose(35, 2, 14, 12);
        DirectedLine[] drawn = new DirectedLine[12];
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
