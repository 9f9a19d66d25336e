using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public class LineSpellingTests
{
    private const string Characters = "ab1.’'( 漢;!?:";
    private static readonly Vocabulary s_vocabulary = new("a\nb\n1\n.\n’\n'\n(\n \n漢\n;\n!\n?\n:\n"u8);

    [Theory]
    [InlineData("a_b", "a b")]
    [InlineData("a._b", "a. b")]
    [InlineData("a._1", "a. 1")]
    [InlineData("a_.", "a.")] // no space before a full stop
    [InlineData("(_b", "(b")]
    [InlineData("_b", "b")]
    [InlineData("a_", "a")]
    [InlineData("漢_a", "漢a")]
    [InlineData("a b", "a b")]
    [InlineData("a .", "a .")] // what the model gives by itself stays
    public void A_gap_is_kept_where_it_parts_words(string decoded, string expected) =>
        Assert.Equal(expected, Mend(decoded));

    [Theory]
    [InlineData("a ; b", "a; b")]
    [InlineData("a !", "a!")]
    [InlineData("a ?’", "a?’")]
    [InlineData("a : b", "a : b")] // a form's
    [InlineData("1 ; b", "1 ; b")]
    [InlineData("; b", "; b")]
    [InlineData("漢 ;", "漢 ;")]
    public void The_thin_space_of_old_print_is_no_space(string decoded, string expected) =>
        Assert.Equal(expected, Mend(decoded));

    [Fact]
    public void French_keeps_it() => Assert.Equal("a ; b !", Mend("a ; b !", spacedMarks: true));

    [Theory]
    [InlineData("fr", true)]
    [InlineData("fr-CA", true)]
    [InlineData("en", false)]
    public void French_is_known_by_each_of_its_codes(string code, bool expected) =>
        Assert.Equal(expected, LineSpelling.HasSpacedMarks(["ja", code]));

    [Theory]
    [InlineData("a’’b", "a’b")]
    [InlineData("a'’b", "a'b")]
    [InlineData("a’b’a", "a’b’a")]
    [InlineData("’’b", "’’b")] // a quotation
    [InlineData("a’’", "a’’")]
    public void An_apostrophe_within_a_word_is_not_doubled(string decoded, string expected) =>
        Assert.Equal(expected, Mend(decoded));

    [Theory]
    [InlineData(1, "ab")]
    [InlineData(10, "a b")]
    public void A_space_that_comes_after_the_blank_wins_by_the_factor_for_gaps(float factor, string expected)
    {
        var model = new RecognizerModel("", "", [], RecognizerModel.Probabilities, GapFactor: factor);
        var vocabulary = new Vocabulary("a\nb\n \n"u8);
        var characters = new List<DecodedCharacter>();
        float[] scores = [0, 0.9f, 0, 0.1f, 0.8f, 0, 0, 0.1f, 0, 0, 0.7f, 0.3f];

        new CtcDecoder(model, vocabulary).Decode(new ClassScores(scores, 3, 4), characters);

        Assert.Equal(expected, string.Concat(characters.Select(character => vocabulary[character.Class])));
        Assert.True(characters.Average(character => character.Probability) > 0.79);
    }

    /// <summary>A line in which _ is a space that only the factor has brought up, and each character less likely than the one before.</summary>
    private static string Mend(string decoded, bool spacedMarks = false)
    {
        List<DecodedCharacter> characters =
        [
            .. decoded.Select(
                (c, i) =>
                    new DecodedCharacter(
                        1 + Characters.IndexOf(c == '_' ? ' ' : c, StringComparison.Ordinal),
                        1 - i / 10f,
                        i,
                        i,
                        IsGap: c == '_'
                    )
            ),
        ];
        new LineSpelling(s_vocabulary, spacedMarks: spacedMarks).Mend(characters);
        return string.Concat(characters.Select(character => s_vocabulary[character.Class]));
    }
}
