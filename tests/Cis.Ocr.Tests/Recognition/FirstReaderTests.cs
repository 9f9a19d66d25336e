using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public sealed class FirstReaderTests : IDisposable
{
    // 480 columns are 60 time steps: two for each of 30 characters.
    private const string Text = "the quick brown fox jumps over";
    private const int Width = 480;
    private static readonly Quad s_line = Quad.FromRectangle(0, 0, Width, 48);

    private readonly PageImage _page = new Picture(Width, 48).ToPage();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_sure_line_is_read_by_the_first_reader_alone()
    {
        var first = new FakeLineRecognizer((_, _) => (Text, 0.99f));
        var large = new FakeLineRecognizer((_, _) => ("", 0.99f));

        Assert.Equal(Text, Read(Begin(first, large))?.Text);
        Assert.Equal([Width], first.Widths);
        Assert.Empty(large.Widths);
    }

    [Fact]
    public void A_word_in_doubt_is_cut_out_with_some_of_the_line_around_it_and_replaced()
    {
        // From 8 steps before the space before it, of which there are 6, to 8 behind that behind it: 27 steps.
        var first = new FakeLineRecognizer((_, _) => (Text, 0.99f)) { Unsure = [5] };
        var large = new FakeLineRecognizer((_, _) => ("xxx quack xxx", 0.98f));

        TextLine line = Read(Begin(first, large))!;

        Assert.Equal("the quack brown fox jumps over", line.Text);
        Assert.Equal([224], large.Widths);
        Assert.Equal(0.98f, line.Words[1].Confidence, 1e-5);
        Assert.Equal(0.99f, line.Words[2].Confidence, 1e-5);
    }

    [Fact]
    public void Words_lie_in_the_columns_of_the_line_whoever_read_them()
    {
        var sure = new FakeLineRecognizer((_, _) => (Text, 0.99f));
        var unsure = new FakeLineRecognizer((_, _) => (Text, 0.99f)) { Unsure = [17] };
        // "fox" is the fourth word: steps 32 to 37, read from step 30.5 - 8, that is from 22 on.
        var large = new FakeLineRecognizer((_, _) => ("rown fax jum", 0.98f));

        TextLine expected = Read(Begin(sure, large))!;
        TextLine line = Read(Begin(unsure, large))!;

        Assert.Equal("the quick brown fax jumps over", line.Text);
        Assert.Equal(expected.Words.Select(word => word.Box), line.Words.Select(word => word.Box));
    }

    [Theory]
    [InlineData("the quick brown fox jumps over", new[] { 0, 4, 10, 16 })]
    [InlineData("thethequicki brownbrownfoxjump", new[] { 3 })]
    [InlineData("", new int[0])]
    public void A_line_of_few_words_or_mostly_in_doubt_is_read_by_the_large_one_alone(string text, int[] unsure)
    {
        var first = new FakeLineRecognizer((_, _) => (text, 0.99f)) { Unsure = [.. unsure] };
        var large = new FakeLineRecognizer((_, _) => ("all of it", 0.98f));

        Assert.Equal("all of it", Read(Begin(first, large))?.Text);
        Assert.Equal([336], large.Widths); // squeezed to 0.7
    }

    [Fact]
    public void Columns_of_vertical_writing_and_boxes_of_a_letter_are_not_for_the_first_reader()
    {
        var first = new FakeLineRecognizer((_, _) => (Text, 0.99f));
        var large = new FakeLineRecognizer((_, _) => ("a", 0.98f));
        FirstReader reader = Begin(first, large);

        reader.Read(_page, s_line, FakeLineRecognizer.NoControl, isColumn: true);
        reader.Read(_page, Quad.FromRectangle(0, 0, 60, 48), FakeLineRecognizer.NoControl);

        Assert.Empty(first.Widths);
        Assert.Equal(2, large.Widths.Count);
    }

    [Fact]
    public void A_page_that_is_not_for_the_first_reader_is_read_by_the_large_one_after_a_few_lines_the_next_anew()
    {
        var first = new FakeLineRecognizer((_, _) => (Text, 0.5f));
        var large = new FakeLineRecognizer((_, _) => (Text, 0.99f));
        FirstReader reader = Begin(first, large);
        for (int i = 0; i < 40; i++)
        {
            Read(reader);
        }

        Assert.InRange(first.Widths.Count, 1, 8);
        Assert.Equal(40, large.Widths.Count);

        first.Widths.Clear();
        reader.BeginPage();
        Read(reader);
        Assert.Single(first.Widths);
    }

    [Fact]
    public void What_is_read_in_a_language_that_it_can_write_is_not_taken_back()
    {
        var first = new FakeLineRecognizer((_, _) => (Text, 0.99f));
        FirstReader reader = Begin(first, new FakeLineRecognizer((_, _) => ("", 0)));
        Read(reader);

        Assert.Null(reader.TakeBack());
    }

    private static FirstReader Begin(FakeLineRecognizer first, FakeLineRecognizer large)
    {
        var recognizer = large.ToTextRecognizer();
        var classes = new SharedClasses(FakeLineRecognizer.Vocabulary, FakeLineRecognizer.Vocabulary, "");
        var reader = new FirstReader(
            first.ToTextRecognizer(),
            recognizer,
            classes,
            FakeLineRecognizer.Vocabulary,
            new SqueezingReader(recognizer, new OcrOptions())
        );
        reader.BeginPage();
        return reader;
    }

    private TextLine? Read(FirstReader reader) => reader.Read(_page, s_line, FakeLineRecognizer.NoControl);
}
