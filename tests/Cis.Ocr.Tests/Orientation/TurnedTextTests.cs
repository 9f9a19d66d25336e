using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Orientation;

public class TurnedTextTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_table_of_short_words_is_read_however_it_lies(int degrees)
    {
        (Picture table, string[] words) = Table();

        PageText page = Readings.Read([table.Turned((ReadingDirection)degrees)], "v6")[0];

        Assert.Equal((360 - degrees) % 360, page.Rotation);
        AssertMostWords(words, page.Text);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_table_that_is_turned_on_an_upright_page_is_read_between_what_stands_above_and_below(int degrees)
    {
        (Picture table, string[] words) = Table();
        Picture turned = table.Turned((ReadingDirection)degrees);
        Picture text = SamplePages.Of("fax.tiff")[0];
        IReadOnlyList<TextLine> lines = Readings.Of("fax.tiff", "v6")[0].Lines;
        (int first, int last) = ((int)lines[0].Box.Top - 10, (int)lines[^1].Box.Bottom + 10);
        int half = (int)lines[lines.Count / 2].Box.Top - 4;
        var page = new Picture(Math.Max(text.Width, turned.Width + 40), last - first + turned.Height + 300);
        page.Fill(255);
        page.Paste(text, 0, first, text.Width, half - first, 0, 40);
        page.Paste(turned, 0, 0, turned.Width, turned.Height, 20, half - first + 140);
        page.Paste(text, 0, half, text.Width, last - half, 0, half - first + turned.Height + 240);

        PageText read = Readings.Read([page], "v6")[0];

        Assert.Equal(0, read.Rotation);
        int begin = read.Text.IndexOf(words[0] + "  ", StringComparison.Ordinal);
        Assert.True(begin > 20 && begin < read.Text.Length - 200, string.Join(' ', words) + "\n" + read.Text);
        AssertMostWords(words, read.Text[begin..]);
        Assert.StartsWith(lines[0].Text, read.Text, StringComparison.Ordinal);
        Assert.EndsWith(lines[^1].Text, read.Text, StringComparison.Ordinal);
        Assert.Equal(read.Lines.Count, read.Paragraphs.Sum(p => p.Lines));
    }

    [Fact]
    public void Narrow_digits_of_an_upright_page_are_no_block_on_its_side()
    {
        // Bars read as 1, I or l stand before each line, as line numbers do.
        Picture text = SamplePages.Of("fax.tiff")[0];
        IReadOnlyList<TextLine> lines = Readings.Of("fax.tiff", "v6")[0].Lines;
        var page = new Picture(text.Width, text.Height);
        page.Paste(text, 0, 0, text.Width, text.Height, 0, 0);
        foreach (TextLine line in lines)
        {
            int left = (int)lines.Min(l => l.Box.Left) - 60;
            for (int y = (int)line.Box.Top + 8; y < line.Box.Bottom - 8; y++)
            {
                for (int x = left; x < left + 4; x++)
                {
                    page[x, y] = 0;
                }
            }
        }

        PageText read = Readings.Read([page], "v6")[0];

        TextLine last = read.Lines[^1];
        Assert.Contains(lines[^1].Text[..20], last.Text, StringComparison.Ordinal);
        Assert.Equal(0, read.Rotation);
    }

    private static (Picture Picture, string[] Words) Table() =>
        Words.Table(rows: 7, columns: 4, columnWidth: 220, rowHeight: 70);

    /// <summary>The words in their order; single ones, cut out of their line, may be misread.</summary>
    private static void AssertMostWords(string[] words, string text)
    {
        string[] read = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(
            CharacterErrors.Rate(string.Join(' ', words), string.Join(' ', read.Take(words.Length))),
            0,
            0.08
        );
    }
}
