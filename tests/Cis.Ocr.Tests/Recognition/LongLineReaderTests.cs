using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public sealed class LongLineReaderTests : IDisposable
{
    private const int Height = 20;
    private const int Length = 3000;

    // Letters of 8 pixels, 2 apart; a word's gap of 8 pixels around 1540.
    private readonly PageImage _page = Picture
        .Draw(Length, Height, (x, y) => y is > 3 and < 16 && x % 10 < 8 && Math.Abs(x - 1540) > 4 ? 0 : 255)
        .ToPage();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_line_is_cut_in_the_widest_white_near_its_middle()
    {
        LineCut cut = Assert.Single(new LineCutter().Cut(_page, Quad.FromRectangle(0, 0, Length, Height), 75));

        Assert.Equal(1540f / Length, cut.At, 0.001);
        Assert.InRange(cut.Gap, 8, 11);
    }

    [Fact]
    public void Its_parts_are_read_one_by_one_and_joined_with_a_space_where_there_is_one()
    {
        var answers = new Queue<string>(["one two", "three", "four"]);
        var fake = new FakeLineRecognizer((_, _) => (answers.Dequeue(), 0.99f));
        var reader = new LongLineReader(new SqueezingReader(fake.ToTextRecognizer(), new OcrOptions()));
        reader.BeginPage();

        TextLine? line = reader.Read(_page, Quad.FromRectangle(0, 0, Length, Height), FakeLineRecognizer.NoControl);

        // Three parts: none of the two cuts, near 1000 and 2000, meets the word's gap.
        Assert.Equal("one twothreefour", line?.Text);
        Assert.Equal(["one", "twothreefour"], line?.Words.Select(w => w.Text));
        Assert.Equal(0.99f, line!.Confidence, 0.001f);
    }

    [Fact]
    public void A_common_line_is_read_whole()
    {
        var fake = new FakeLineRecognizer((_, _) => ("line", 0.99f));
        var reader = new LongLineReader(new SqueezingReader(fake.ToTextRecognizer(), new OcrOptions()));
        reader.BeginPage();

        reader.Read(_page, Quad.FromRectangle(0, 0, 90 * Height, Height), FakeLineRecognizer.NoControl);

        Assert.Single(fake.Widths);
    }
}
