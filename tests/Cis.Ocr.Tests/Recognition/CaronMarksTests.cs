using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public class CaronMarksTests
{
    private static readonly Vocabulary s_vocabulary = new("a\nd\nt\nl\nď\nť\nľ\n'\n’\n.\ns\n"u8);
    private const string Characters = "adtlďťľ'’.s";

    [Theory]
    [InlineData("ald'al", "alďal")]
    [InlineData("al’a", "aľa")]
    [InlineData("aľ'", "aľ")]
    [InlineData("alľ'", "aľ")] // seen without, with, and as an apostrophe
    [InlineData("alľa", "aľa")]
    [InlineData("al_ľa", "alľa")] // two letters, apart
    [InlineData("ad__'a", "ad'a")] // an apostrophe, apart
    [InlineData("'aď'", "'aď'")] // a quotation
    [InlineData("'ald'al'", "'alďal'")]
    [InlineData("as'a", "as'a")]
    public void A_letter_and_the_mark_beside_it_are_one_in_Slovak(string decoded, string expected) =>
        Assert.Equal(expected, Mend(decoded, "sk"));

    [Fact]
    public void Czech_has_no_letter_l_with_a_caron() => Assert.Equal("al'aťa", Mend("al'at'a", "cs"));

    [Fact]
    public void Beside_English_only_a_letter_with_its_caron_loses_a_second_mark() =>
        Assert.Equal("at's aľ".Replace(" ", "", StringComparison.Ordinal), Mend("at'saľ'", "sk", "en"));

    [Theory]
    [InlineData("en", "ja")]
    [InlineData("fr")]
    [InlineData("all")]
    public void Other_languages_keep_their_apostrophes(params string[] languages) =>
        Assert.Null(CaronMarks.Of(languages, s_vocabulary));

    /// <summary>A line of a character a step, in which _ is a step without one.</summary>
    private static string Mend(string decoded, params string[] languages)
    {
        List<DecodedCharacter> characters =
        [
            .. decoded
                .Select((c, i) => (Class: 1 + Characters.IndexOf(c, StringComparison.Ordinal), Step: i))
                .Where(one => one.Class > 0)
                .Select(one => new DecodedCharacter(one.Class, 1, one.Step, one.Step)),
        ];
        new LineSpelling(s_vocabulary, CaronMarks.Of(languages, s_vocabulary)).Mend(characters);
        return string.Concat(characters.Select(character => s_vocabulary[character.Class]));
    }
}
