using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public class CtcDecoderTests
{
    private const int A = 1;
    private const int B = 2;
    private const int Space = 3;
    private static readonly Vocabulary s_vocabulary = new("a\nb\n \n"u8);

    [Fact]
    public void Repeats_are_one_character_unless_a_blank_parts_them()
    {
        List<DecodedCharacter> read = Decode(
            Probabilities(),
            [0, 0.9f, 0, 0],
            [0, 0.6f, 0, 0],
            [0.8f, 0, 0, 0],
            [0, 0.7f, 0, 0],
            [0, 0, 0.5f, 0],
            [0.9f, 0, 0, 0]
        );

        Assert.Equal([new(A, 0.9f, 0, 1), new(A, 0.7f, 3, 3), new(B, 0.5f, 4, 4)], read);
    }

    [Fact]
    public void Blanks_alone_give_nothing_and_forget_the_line_before()
    {
        var decoder = new CtcDecoder(Probabilities(), s_vocabulary);
        var characters = new List<DecodedCharacter>();

        decoder.Decode(new ClassScores([0, 1, 0, 0], 1, 4), characters);
        Assert.Single(characters);
        decoder.Decode(new ClassScores([1, 0, 0, 0], 1, 4), characters);
        Assert.Empty(characters);
    }

    [Fact]
    public void The_probability_from_raw_scores_is_that_of_a_softmax()
    {
        float[] row = [1, 3, -2, 0.5f];
        double sum = row.Sum(score => Math.Exp(score));

        DecodedCharacter read = Assert.Single(Decode(Logits(), row));

        Assert.Equal(A, read.Class);
        Assert.Equal(Math.Exp(3) / sum, read.Probability, 1e-6);
    }

    [Fact]
    public void Raw_scores_of_any_size_give_a_probability()
    {
        Assert.Equal(1, Assert.Single(Decode(Logits(), [-900, 800, 0, 0])).Probability, 1e-6);
        Assert.Equal(0.5, Assert.Single(Decode(Logits(), [-900, -800, -800, -900])).Probability, 1e-6);
    }

    [Theory]
    [InlineData(1, A)]
    [InlineData(4, A)]
    [InlineData(6, Space)]
    public void A_space_wins_when_its_probability_times_the_factor_is_the_largest(float factor, int expected)
    {
        float[] probabilities = [0.2f, 0.6f, 0.08f, 0.12f];
        float[] scores = [.. probabilities.Select(p => MathF.Log(p) + 5)];

        DecodedCharacter fromProbabilities = Assert.Single(Decode(Probabilities(factor), probabilities));
        DecodedCharacter fromScores = Assert.Single(Decode(Logits(factor), scores));

        Assert.Equal((expected, expected), (fromProbabilities.Class, fromScores.Class));
        // Its own probability, not that of the class it was preferred to.
        Assert.Equal(probabilities[expected], fromProbabilities.Probability, 1e-6);
        Assert.Equal(probabilities[expected], fromScores.Probability, 1e-5);
    }

    [Fact]
    public void A_space_is_found_between_letters_where_the_blank_was_better()
    {
        List<DecodedCharacter> read = Decode(Probabilities(5), [0, 1, 0, 0], [0.7f, 0, 0, 0.3f], [0, 0, 1, 0]);

        Assert.Equal([A, Space, B], read.Select(character => character.Class));
    }

    [Fact]
    public void A_vocabulary_without_a_space_is_decoded_as_it_is()
    {
        var decoder = new CtcDecoder(Probabilities(10), new Vocabulary("a\nb\n"u8));
        var characters = new List<DecodedCharacter>();

        decoder.Decode(new ClassScores([0.1f, 0.6f, 0.3f], 1, 3), characters);

        Assert.Equal(A, Assert.Single(characters).Class);
    }

    private static RecognizerModel Logits(float spaceFactor = 1) => new("test", "", [], SpaceFactor: spaceFactor);

    private static RecognizerModel Probabilities(float spaceFactor = 1) =>
        new("test", "", [], RecognizerModel.Probabilities, spaceFactor);

    private static List<DecodedCharacter> Decode(RecognizerModel model, params float[][] rows)
    {
        var characters = new List<DecodedCharacter>();
        float[] scores = [.. rows.SelectMany(row => row)];
        new CtcDecoder(model, s_vocabulary).Decode(new ClassScores(scores, rows.Length, rows[0].Length), characters);
        return characters;
    }
}
