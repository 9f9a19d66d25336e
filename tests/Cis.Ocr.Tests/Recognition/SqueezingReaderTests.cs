using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public sealed class SqueezingReaderTests : IDisposable
{
    // 480 columns in natural width, 336 at 0.7 of it.
    private static readonly Quad s_line = Quad.FromRectangle(0, 0, 480, 48);
    private const int Natural = 480;
    private const int Squeezed = 336;

    private readonly PageImage _page = new Picture(480, 48).ToPage();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_line_read_surely_when_squeezed_is_read_once()
    {
        var fake = new FakeLineRecognizer((_, _) => ("squeezed", 0.96f));

        Assert.Equal("squeezed", Read(Begin(fake))?.Text);
        Assert.Equal([Squeezed], fake.Widths);
    }

    [Theory]
    [InlineData(0.94f, 0.97f, "natural")]
    [InlineData(0.94f, 0.94f, "natural")]
    [InlineData(0.94f, 0.90f, "squeezed")]
    public void Where_that_was_not_sure_it_is_read_in_natural_width_and_the_surer_reading_counts(
        float squeezed,
        float natural,
        string expected
    )
    {
        var fake = new FakeLineRecognizer(
            (width, _) => width == Squeezed ? ("squeezed", squeezed) : ("natural", natural)
        );

        Assert.Equal(expected, Read(Begin(fake))?.Text);
        Assert.Equal([Squeezed, Natural], fake.Widths);
    }

    [Theory]
    [InlineData("", "natural", "natural")]
    [InlineData("squeezed", "", "squeezed")]
    [InlineData("", "", null)]
    [InlineData("  ", " ", null)]
    public void A_width_in_which_nothing_is_read_loses_no_line(string squeezed, string natural, string? expected)
    {
        var fake = new FakeLineRecognizer((width, _) => (width == Squeezed ? squeezed : natural, 0.8f));

        Assert.Equal(expected, Read(Begin(fake))?.Text);
    }

    [Fact]
    public void A_page_that_squeezing_does_not_suit_is_read_in_natural_width_after_eight_lines_the_next_anew()
    {
        var fake = new FakeLineRecognizer((width, _) => ("text", width == Squeezed ? 0.5f : 0.99f));
        SqueezingReader reader = Begin(fake);
        for (int line = 0; line < 10; line++)
        {
            Read(reader);
        }

        Assert.Equal((8, 10), (fake.Widths.Count(w => w == Squeezed), fake.Widths.Count(w => w == Natural)));

        fake.Widths.Clear();
        reader.BeginPage();
        Read(reader);
        Assert.Equal([Squeezed, Natural], fake.Widths);
    }

    [Fact]
    public void A_page_where_half_the_lines_are_sure_goes_on_squeezed()
    {
        int lines = 0;
        var fake = new FakeLineRecognizer((width, _) => ("text", width == Natural || lines++ % 2 == 0 ? 0.99f : 0.5f));
        SqueezingReader reader = Begin(fake);
        for (int line = 0; line < 20; line++)
        {
            Read(reader);
        }

        Assert.Equal((20, 10), (fake.Widths.Count(w => w == Squeezed), fake.Widths.Count(w => w == Natural)));
    }

    private static SqueezingReader Begin(FakeLineRecognizer fake)
    {
        var reader = new SqueezingReader(fake.ToTextRecognizer(), new OcrOptions());
        reader.BeginPage();
        return reader;
    }

    private TextLine? Read(SqueezingReader reader) => reader.Read(_page, s_line, FakeLineRecognizer.NoControl);
}
