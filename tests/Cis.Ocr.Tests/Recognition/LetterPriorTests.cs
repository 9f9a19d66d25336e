using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public class LetterPriorTests
{
    private const string Letters = "aľłö漢ƒ,";
    private static readonly Vocabulary s_vocabulary = new("a\nľ\nł\nö\n漢\nƒ\n,\n"u8);
    private static readonly RecognizerModel s_model = new("v6", "", [], RareLetters: "ľł");

    [Theory]
    [InlineData("sk", 'ľ', true)] // rare, and the language's own
    [InlineData("sk pl", 'ł', true)]
    public void Rare_letters_of_a_named_language_are_raised(string languages, char letter, bool isRaised) =>
        Assert.Equal(isRaised, Of(languages, letter) > 0);

    [Theory]
    [InlineData("sk", 'ł')]
    [InlineData("de", 'ľ')]
    public void Letters_that_no_named_language_has_do_not_come_up(string languages, char letter) =>
        Assert.True(Of(languages, letter) < -100);

    [Theory]
    [InlineData("sk", 'ö')] // Slovak has it in German names
    [InlineData("sk", 'a')]
    [InlineData("sk", ',')]
    [InlineData("sk", 'ƒ')]
    [InlineData("ja de", '漢')]
    public void All_else_is_as_likely_as_before(string languages, char letter) =>
        Assert.Equal(0, Of(languages, letter));

    [Theory]
    [InlineData("en ja")] // the default
    [InlineData("all")]
    [InlineData("ja")]
    [InlineData("de all")]
    public void Without_a_named_language_in_Latin_script_nothing_changes(string languages) =>
        Assert.Null(LetterPrior.Of(Options(languages), s_model, s_vocabulary));

    private static float Of(string languages, char letter) =>
        LetterPrior.Of(Options(languages), s_model, s_vocabulary)![
            1 + Letters.IndexOf(letter, StringComparison.Ordinal)
        ];

    private static OcrOptions Options(string languages) => new() { Languages = languages.Split(' ') };
}
