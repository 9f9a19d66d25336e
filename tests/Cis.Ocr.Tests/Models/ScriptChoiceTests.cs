using Cis.Ocr.Models;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Models;

public class ScriptChoiceTests
{
    private static readonly ModelFamily s_oneForAll = Family(
        Recognizer("v6", Head("en", "en", "fr"), Head("ja", "ja", "en", "fr"))
    );

    private static readonly ModelFamily s_oneForEach = Family(
        Recognizer("en", Head("en", "en")),
        Recognizer("latin", Head("latin", "en", "fr")),
        Recognizer("ja", Head("ja", "ja", "en"))
    );

    [Theory]
    [InlineData("en ja", "ja", "en")]
    [InlineData("JA fr", "ja", "latin")]
    [InlineData("ja en fr", "ja", "latin")]
    [InlineData("en", "en", null)]
    [InlineData("en fr", "latin", null)]
    [InlineData("ja", "ja", null)]
    public void A_family_with_a_recognizer_for_each_script_takes_one_for_each_that_is_asked_for(
        string languages,
        string main,
        string? latin
    )
    {
        var choice = ScriptChoice.Of(s_oneForEach, languages.Split(' '));

        Assert.Equal((main, latin), (choice.Main.Recognizer.Name, choice.Latin?.Recognizer.Name));
    }

    [Fact]
    public void A_family_with_one_for_all_takes_the_vocabulary_of_both()
    {
        var choice = ScriptChoice.Of(s_oneForAll, ["en", "ja"]);

        Assert.Equal(("ja", null), (choice.Main.Head.Name, choice.Latin));
    }

    [Fact]
    public void The_fallback_family_reads_english_and_japanese_with_the_default_languages()
    {
        string english = Readings.Of("photo.jpg", "v4")[0].Text;
        string japanese = Readings.Of("japanese.png", "v4")[0].Text;

        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf("photo.jpg"), english), 0, 0.03);
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf("japanese.png"), japanese), 0, 0.1);
    }

    private static ModelFamily Family(params RecognizerModel[] recognizers) =>
        new("test", "", new DetectorModel("", [0, 0, 0], [1, 1, 1]), recognizers);

    private static RecognizerModel Recognizer(string name, params HeadModel[] heads) => new(name, "", heads);

    private static HeadModel Head(string name, params string[] languages) => new(name, languages, "");
}
