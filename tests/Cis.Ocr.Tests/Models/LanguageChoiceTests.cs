using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Tests.Models;

public class LanguageChoiceTests
{
    private static readonly ModelFamily s_split = Family(
        Recognizer("v6", Head("en", "en", "fr"), Head("ja", "ja", "en", "fr"), Head("all", "ja", "en", "fr", "zh"))
    );

    private static readonly ModelFamily s_whole = Family(
        Recognizer("en", Head("en", "en")),
        Recognizer("latin", Head("latin", "en", "fr")),
        Recognizer("ja", Head("ja", "ja", "en"))
    );

    [Theory]
    [InlineData("en", "en")]
    [InlineData("fr EN", "en")]
    [InlineData("en ja", "ja")]
    [InlineData("zh", "all")]
    [InlineData("all", "all")]
    public void The_smallest_vocabulary_that_reads_all_languages_is_taken(string languages, string head) =>
        Assert.Equal(head, LanguageChoice.Choose(s_split, languages.Split(' ')).Head.Name);

    [Theory]
    [InlineData("en", "en")]
    [InlineData("en fr", "latin")]
    [InlineData("ja en", "ja")]
    public void So_is_the_first_recognizer_that_does(string languages, string recognizer) =>
        Assert.Equal(recognizer, LanguageChoice.Choose(s_whole, languages.Split(' ')).Recognizer.Name);

    [Fact]
    public void All_languages_are_those_of_the_last_and_largest_vocabulary() =>
        Assert.Equal("ja", LanguageChoice.Choose(s_whole, ["all"]).Recognizer.Name);

    [Theory]
    [InlineData("ja fr")]
    [InlineData("ru")]
    public void Languages_that_no_model_reads_together_are_named_with_those_there_are(string languages)
    {
        ReadException e = Assert.Throws<ReadException>(() => LanguageChoice.Choose(s_whole, languages.Split(' ')));

        Assert.Equal(Outcome.UnsupportedType, e.Outcome);
        Assert.Contains(languages.Replace(' ', '+'), e.Message, StringComparison.Ordinal);
        Assert.Contains("en, fr, ja", e.Message, StringComparison.Ordinal);
    }

    private static ModelFamily Family(params RecognizerModel[] recognizers) =>
        new("test", "", new DetectorModel("", [0, 0, 0], [1, 1, 1]), recognizers);

    private static RecognizerModel Recognizer(string name, params HeadModel[] heads) => new(name, "", heads);

    private static HeadModel Head(string name, params string[] languages) => new(name, languages, "");
}
