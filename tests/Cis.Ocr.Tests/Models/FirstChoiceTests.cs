using Cis.Ocr.Models;

namespace Cis.Ocr.Tests.Models;

public sealed class FirstChoiceTests
{
    private static readonly ModelFamily s_family = new("fake", "", new DetectorModel("", [0, 0, 0], [1, 1, 1]), [])
    {
        First = new RecognizerModel("first", "", [new HeadModel("en", ["en", "de"], "")]),
    };

    [Theory]
    [InlineData("en ja", true)] // the default: no choice
    [InlineData("en", true)]
    [InlineData("de en", true)]
    [InlineData("en hu", false)]
    [InlineData("ja", false)]
    [InlineData("all", false)]
    public void The_first_reader_reads_where_it_has_every_letter_of_the_languages(string languages, bool reads)
    {
        var options = new OcrOptions { Languages = languages.Split(' ') };

        Assert.Equal(reads, FirstChoice.Of(s_family, options) is not null);
    }

    [Fact]
    public void It_does_not_where_it_is_switched_off_or_the_family_has_none()
    {
        Assert.Null(FirstChoice.Of(s_family, new OcrOptions { FirstReader = false }));
        Assert.Null(FirstChoice.Of(s_family with { First = null }, new OcrOptions()));
    }
}
