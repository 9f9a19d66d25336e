using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Recognition;

public sealed class SpanReplacementTests
{
    private static readonly Vocabulary s_vocabulary = FakeLineRecognizer.Vocabulary;

    // "one two three", of which "two" stands in steps 4 to 6, between spaces at 3 and 7.
    private static readonly DoubtedSpan s_two = new(4, 7, 3.5f, 7.5f);

    [Theory]
    [InlineData(" tao t", "one tao three")] // the space before it, and what follows
    [InlineData("xtao ", "one tao three")]
    [InlineData(" t o ", "one t o three")]
    [InlineData("     ", "one  three")]
    public void What_lies_in_the_span_takes_its_place_and_the_margins_are_left_out(string part, string expected)
    {
        List<DecodedCharacter> line = Read("one two three");

        SpanReplacement.Replace(s_vocabulary, line, s_two, Read(part), firstStep: 3);

        Assert.Equal(expected, string.Concat(line.Select(character => s_vocabulary[character.Class])));
    }

    [Fact]
    public void What_takes_its_place_stands_in_the_steps_of_the_line()
    {
        List<DecodedCharacter> line = Read("one two three");

        SpanReplacement.Replace(s_vocabulary, line, s_two, Read("ne tao th"), firstStep: 1);

        Assert.Equal([4, 5, 6], line.GetRange(4, 3).Select(character => character.FirstStep));
        Assert.Equal([4, 5, 6], line.GetRange(4, 3).Select(character => character.LastStep));
    }

    private static List<DecodedCharacter> Read(string text) =>
        [.. text.Select((letter, i) => new DecodedCharacter(s_vocabulary.ClassOf(letter.ToString()), 0.99f, i, i))];
}
