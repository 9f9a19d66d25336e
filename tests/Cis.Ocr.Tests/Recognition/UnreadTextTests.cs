using Cis.Layout;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public class UnreadTextTests
{
    private const string Latin = "Twenty words of plain text in a line, as letters have them";

    [Theory]
    [InlineData(", , - ,", 0.97f)] // Cyrillic: sure of its commas
    [InlineData("", 0)]
    [InlineData("A, T, , RTT, RRT uswinS is M yse 33 ,, ii, NA OGG li", 0.6f)] // Thai, Devanagari
    [InlineData("Foυαδελoπη, Σεvεyáλη, 'Oγκχαμ, Λoυ", 0.85f)] // Greek
    public void A_page_of_lines_that_give_hardly_a_character_is_unreadable(string text, float confidence)
    {
        (PageRemarks remarks, List<DirectedLine> kept) = Judge([.. Enumerable.Repeat(Line(text, confidence, 20), 6)]);

        Assert.Equal(UnreadText.UnreadableScript, remarks.Unreadable);
        Assert.Equal(6, remarks.UnreadLines);
        Assert.Empty(kept);
        Assert.True(remarks.LacksGoodPart);
    }

    [Theory]
    [InlineData(Latin, 0.99f)]
    [InlineData(Latin, 0.75f)] // poor print
    [InlineData("日本語の文書は一行に多くても四十字ほど", 0.85f)]
    public void A_page_of_text_lacks_nothing(string text, float confidence)
    {
        (PageRemarks remarks, List<DirectedLine> kept) = Judge([.. Enumerable.Repeat(Line(text, confidence, 20), 6)]);

        Assert.Equal(PageRemarks.None, remarks);
        Assert.Equal(6, kept.Count);
    }

    [Fact]
    public void A_page_in_two_scripts_keeps_what_is_read_and_says_what_is_not()
    {
        TextLine russian = Line(", , -", 0.95f, 20);
        TextLine english = Line(Latin, 0.99f, 20);

        (PageRemarks remarks, List<DirectedLine> kept) = Judge([russian, english, russian, english, russian, english]);

        Assert.Null(remarks.Unreadable);
        Assert.Equal((3, 0.5f), (remarks.UnreadLines, remarks.UnreadShare));
        Assert.Equal([Latin, Latin, Latin], kept.Select(line => line.Line.Text));
        Assert.True(remarks.LacksGoodPart);
    }

    [Fact]
    public void A_form_keeps_its_labels_before_empty_lines()
    {
        TextLine label = Line("Name", 0.99f, 20);

        (PageRemarks _, List<DirectedLine> kept) = Judge([
            label,
            Line(Latin, 0.99f, 20),
            label,
            Line(Latin, 0.99f, 20),
            label,
            Line(Latin, 0.99f, 20),
        ]);

        Assert.Equal(6, kept.Count);
    }

    [Fact]
    public void A_picture_with_specks_and_strokes_is_no_page_of_text()
    {
        (PageRemarks remarks, _) = Judge([
            .. Enumerable.Repeat(Line("", 0, 1.5f), 30),
            Line("1", 0.6f, 5),
            Line("", 0, 4),
        ]);

        Assert.Null(remarks.Unreadable);
        Assert.False(remarks.LacksGoodPart);
    }

    [Fact]
    public void A_few_dropped_lines_are_counted_and_are_no_reason_to_warn()
    {
        (PageRemarks remarks, List<DirectedLine> kept) = Judge([
            .. Enumerable.Repeat(Line(Latin, 0.99f, 20), 10),
            Line("~", 0.3f, 5),
        ]);

        Assert.Equal(1, remarks.UnreadLines);
        Assert.Equal(5f / 205, remarks.UnreadShare, 1e-4);
        Assert.False(remarks.LacksGoodPart);
        Assert.Equal(10, kept.Count);
    }

    private static (PageRemarks Remarks, List<DirectedLine> Kept) Judge(IReadOnlyList<TextLine> lines)
    {
        var unread = new UnreadText();
        var kept = new List<DirectedLine>();
        foreach (TextLine line in lines)
        {
            bool isKept = line.Confidence >= 0.5f;
            unread.Add(line.Box, line.Text.Length == 0 ? null : line, isKept);
            if (isKept)
            {
                kept.Add(new DirectedLine(line, false));
            }
        }

        return (unread.Judge(kept), kept);
    }

    /// <summary>A line of a length in line heights.</summary>
    private static TextLine Line(string text, float confidence, float length)
    {
        var box = Quad.FromRectangle(0, 0, 20 * length, 20);
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TextLine(text, confidence, box, [.. words.Select(word => new TextWord(word, confidence, box))]);
    }
}
