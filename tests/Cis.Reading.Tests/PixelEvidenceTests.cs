using Cis.Layout;
using Cis.Pages;

namespace Cis.Reading.Tests;

public class PixelEvidenceTests
{
    [Fact]
    public void A_font_whose_text_is_other_than_its_pixels_lies()
    {
        RegionLine[] lines = [LineOf("ZLQGRZ WUDFWRU"), LineOf("NLWFKHQ JLQJHU")];

        Assert.True(FontTrial.Lies(lines, new Reader("window tractor", "kitchen ginger")));
    }

    [Fact]
    public void A_font_of_rare_letters_that_says_what_it_shows_is_believed()
    {
        Assert.False(FontTrial.Lies([LineOf("XK-4711 ZQ-82")], new Reader("XK-4711 ZQ-8Z")));
    }

    [Fact]
    public void Pixels_that_cannot_be_read_are_no_evidence()
    {
        Assert.Null(FontTrial.Lies([LineOf("ZLQGRZ WUDFWRU")], new Reader(null as string)));
    }

    [Fact]
    public void A_word_with_a_gap_is_read_and_the_others_stay()
    {
        TextLine filled = Fill("The of\uFFFDce is open", "office");

        Assert.Equal("The office is open", filled.Text);
    }

    [Fact]
    public void A_reading_without_the_known_letters_does_not_fill_a_gap()
    {
        TextLine filled = Fill("of\uFFFDce", "stamp mark");

        Assert.Equal("ofce", filled.Text);
    }

    [Fact]
    public void Numbers_with_gaps_are_read_each_by_itself()
    {
        Assert.Equal("Piers 17 and 28", Fill("Piers \uFFFE\uFFFE and \uFFFE\uFFFE", "17", "28").Text);
        Assert.Equal("Piers A7 and A8", Fill("Piers A\uFFFD and A\uFFFD", "A7", "A8").Text);
    }

    [Fact]
    public void A_line_whose_lying_word_cannot_be_read_is_unread()
    {
        var filler = new GapFiller(new Reader());

        TextLine line = Assert.Single(filler.Fill([LineOf("Pier \uFFFE\uFFFE").Line]));

        Assert.Equal("Pier", line.Text);
        Assert.Equal(1, filler.UnreadLines);
    }

    [Fact]
    public void A_gap_without_a_letter_that_is_white_parts_words()
    {
        Assert.Equal("harbour office", Fill("harbour\uFFFDoffice", "harbour office").Text);
    }

    [Theory]
    [InlineData("Pier 21 of 87", "Pier 10 of 76", "12678", "12678")]
    [InlineData("Pier 21 of 87", "Pier 21 of 87", "12", "")]
    [InlineData("thc clcrk of the hcight", "the clerk of the height", "c", "c")]
    [InlineData("thc elcrk chceks caeh pricc", "the clerk checks each price", "c", "ce")]
    public void The_characters_that_lie_are_told_by_what_is_read(string said, string read, string inDoubt, string lying)
    {
        Assert.Equal(lying, FontTrial.Lying([LineOf(said)], inDoubt, new Reader(read)));
    }

    [Fact]
    public void Characters_that_cannot_be_read_are_not_judged()
    {
        Assert.Null(FontTrial.Lying([LineOf("Pier 21")], "12", new Reader(null as string)));
    }

    [Fact]
    public void A_true_hidden_layer_stands_in_for_a_line_that_was_read_unsurely()
    {
        var layer = new HiddenLayer([LineOf("a clear line of print", 0), LineOf("a spoilt line of print", 1)]);

        List<DirectedLine> lines = layer.Improve([
            Read("a clear line of print", 0.98f, 0),
            Read("a spo1lt l1ne 0f pr", 0.6f, 1),
        ]);

        Assert.Equal(["a clear line of print", "a spoilt line of print"], lines.Select(line => line.Line.Text));
    }

    [Fact]
    public void A_bad_hidden_layer_changes_nothing()
    {
        var layer = new HiddenLayer([LineOf("c1can 1inc pnint", 0), LineOf("spoi1t 1inc", 1)]);
        List<DirectedLine> read = [Read("a clear line of print", 0.98f, 0), Read("a spo1lt line", 0.6f, 1)];

        Assert.Equal(read, layer.Improve(read));
    }

    private static TextLine Fill(string text, params string?[] readings) =>
        Assert.Single(new GapFiller(new Reader(readings)).Fill([LineOf(text).Line]));

    private static DirectedLine Read(string text, float confidence, int row) =>
        new(new TextLine(text, confidence, Box(row, 0, 1000), []), Vertical: false);

    private static RegionLine LineOf(string text, int row = 0)
    {
        var words = new List<TextWord>();
        foreach (string word in text.Split(' '))
        {
            words.Add(new TextWord(word, 1, Box(row, words.Count * 100, 90)));
        }

        return new RegionLine(new TextLine(text, 1, Box(row, 0, 1000), words, TextSource.TextLayer));
    }

    private static Quad Box(int row, float left, float width) =>
        Quad.FromRectangle(left, row * 50, left + width, row * 50 + 40);

    private sealed class Reader(params string?[] texts) : IBoxReader
    {
        public IReadOnlyList<TextLine?> Read(IReadOnlyList<Quad> boxes) =>
            [
                .. boxes.Select(
                    (box, i) => i < texts.Length && texts[i] is { } text ? new TextLine(text, 0.95f, box, []) : null
                ),
            ];
    }
}
