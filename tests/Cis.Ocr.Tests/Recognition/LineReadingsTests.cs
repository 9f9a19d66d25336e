using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Recognition;

public sealed class LineReadingsTests : IDisposable
{
    private const float Sure = 0.99f;

    // The upper half is white: the first sample says whether a line was cut out with its top where the page's is.
    private readonly PageImage _page = Picture.Draw(400, 400, (_, y) => y < 200 ? 255 : 0).ToPage();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_box_along_the_page_is_read_along()
    {
        var fake = new FakeLineRecognizer((_, _) => ("along", Sure));

        Assert.Equal("along", ReadAlong(fake, Quad.FromRectangle(0, 0, 300, 40), ReadingDirection.LeftToRight));
        Assert.Single(fake.Widths);
    }

    [Theory]
    [InlineData(Sure, 0.97f, "along")]
    [InlineData(0.97f, Sure, "across")]
    [InlineData(Sure, Sure, "along")]
    public void A_box_that_stands_across_is_read_both_ways_and_the_surer_reading_counts(
        float along,
        float across,
        string expected
    )
    {
        // 40 by 80: 24 columns along, squeezed to 17 and padded to 32; 96 across, squeezed to 68, padded to 80.
        var fake = new FakeLineRecognizer((width, _) => width == 32 ? ("along", along) : ("across", across));

        Assert.Equal(expected, ReadAlong(fake, Quad.FromRectangle(0, 0, 40, 80), ReadingDirection.LeftToRight));
        Assert.Equal([32, 80], fake.Widths);
    }

    [Fact]
    public void A_long_line_across_is_read_across_only()
    {
        var fake = new FakeLineRecognizer((_, _) => ("across", Sure));

        Assert.Equal("across", ReadAlong(fake, Quad.FromRectangle(0, 0, 40, 300), ReadingDirection.LeftToRight));
        Assert.Equal(256, Assert.Single(fake.Widths));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(180, false)]
    public void A_line_is_cut_out_in_the_direction_in_which_the_page_is_read(int degrees, bool topFirst)
    {
        var fake = new FakeLineRecognizer((_, planes) => (planes[0] > 0 ? "top" : "bottom", Sure));

        string? read = ReadAlong(fake, Quad.FromRectangle(0, 180, 300, 220), (ReadingDirection)degrees);

        Assert.Equal(topFirst ? "top" : "bottom", read);
    }

    [Fact]
    public void What_was_read_in_a_direction_is_not_read_again_in_the_same_but_in_another_or_on_another_page()
    {
        var fake = new FakeLineRecognizer((_, _) => ("text", Sure));
        LineReadings readings = Begin(fake, Quad.FromRectangle(0, 0, 300, 40));

        TextLine? first = readings.Read(0, ReadingDirection.LeftToRight, FakeLineRecognizer.NoControl);
        TextLine? again = readings.ReadAlong(0, ReadingDirection.LeftToRight, FakeLineRecognizer.NoControl);
        Assert.Same(first, again);
        Assert.Single(fake.Widths);

        readings.Read(0, ReadingDirection.RightToLeft, FakeLineRecognizer.NoControl);
        Assert.Equal(2, fake.Widths.Count);

        readings.Begin(_page, [Quad.FromRectangle(0, 0, 300, 40)]);
        readings.Read(0, ReadingDirection.RightToLeft, FakeLineRecognizer.NoControl);
        Assert.Equal(3, fake.Widths.Count);
    }

    private string? ReadAlong(FakeLineRecognizer fake, Quad box, ReadingDirection page) =>
        Begin(fake, box).ReadAlong(0, page, FakeLineRecognizer.NoControl)?.Text;

    private LineReadings Begin(FakeLineRecognizer fake, Quad box)
    {
        var readings = new LineReadings(
            new LongLineReader(new SqueezingReader(fake.ToTextRecognizer(), new OcrOptions()))
        );
        readings.Begin(_page, [box]);
        return readings;
    }
}
