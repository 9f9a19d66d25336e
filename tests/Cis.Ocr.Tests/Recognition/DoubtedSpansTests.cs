using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Recognition;

public sealed class DoubtedSpansTests
{
    private const float Sure = 0.95f;
    private static readonly Vocabulary s_vocabulary = FakeLineRecognizer.Vocabulary;

    [Fact]
    public void A_span_reaches_from_the_space_before_its_word_to_the_one_behind()
    {
        DoubtedSpans spans = Find("one two three", margin: 0, unsure: 5);

        // A character is two steps wide: the spaces are at 6 and 7, and at 14 and 15.
        Assert.Equal([new DoubtedSpan(4, 7, 7, 15)], spans.Spans);
        Assert.Equal((3, 1), (spans.Words, spans.Doubted));
    }

    [Fact]
    public void The_first_word_reaches_to_the_begin_of_the_line_and_the_last_beyond_its_end()
    {
        Assert.Equal(
            [new DoubtedSpan(0, 3, 0, 7), new DoubtedSpan(8, 13, 15, float.PositiveInfinity)],
            Find("one two three", margin: 0, 0, 12).Spans
        );
    }

    [Fact]
    public void Spans_whose_margins_overlap_are_one()
    {
        // Between "one" and "three" are 8 steps.
        Assert.Equal(
            [new DoubtedSpan(0, 13, 0, float.PositiveInfinity)],
            Find("one two three", margin: 4, 0, 12).Spans
        );
        Assert.Equal(2, Find("one two three", margin: 3.9f, 0, 12).Spans.Count);
    }

    [Fact]
    public void A_sure_line_has_none()
    {
        DoubtedSpans spans = Find("one two three", margin: 8);

        Assert.Empty(spans.Spans);
        Assert.Equal((3, 0), (spans.Words, spans.Doubted));
    }

    private static DoubtedSpans Find(string text, float margin, params int[] unsure)
    {
        List<DecodedCharacter> line =
        [
            .. text.Select(
                (letter, i) =>
                    new DecodedCharacter(
                        s_vocabulary.ClassOf(letter.ToString()),
                        unsure.Contains(i) ? 0.6f : 0.99f,
                        2 * i,
                        2 * i + 1
                    )
            ),
        ];
        var spans = new DoubtedSpans(s_vocabulary, new WordDoubt(s_vocabulary));
        spans.Find(line, margin, Sure);
        return spans;
    }
}
