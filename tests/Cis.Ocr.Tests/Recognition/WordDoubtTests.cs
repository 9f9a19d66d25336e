using System.Text;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public sealed class WordDoubtTests
{
    private const float Sure = 0.95f;
    private const string Characters = "abcdefghijklmnopqrstuvwxyzTGO0123456789:;,. ";
    private static readonly Vocabulary s_vocabulary = new(
        Encoding.UTF8.GetBytes(string.Join('\n', Characters.AsEnumerable()))
    );

    [Theory]
    [InlineData("lamp", false)]
    [InlineData("GOTO", false)]
    [InlineData("1848", false)]
    [InlineData("12:30", false)]
    [InlineData("84thai", true)]
    [InlineData("andThe", true)]
    [InlineData("TO:George", true)]
    [InlineData("lamp,oil", true)]
    public void A_word_that_looks_like_two_is_in_doubt_though_its_characters_are_sure(string word, bool inDoubt)
    {
        Assert.Equal(inDoubt, new WordDoubt(s_vocabulary).IsIn(Read(word), 0, word.Length, Sure));
    }

    [Theory]
    [InlineData(0.96f, false)]
    [InlineData(0.94f, true)]
    public void A_word_with_an_unsure_character_is_in_doubt(float probability, bool inDoubt)
    {
        List<DecodedCharacter> word = Read("lamp");
        word[2] = word[2] with { Probability = probability };

        Assert.Equal(inDoubt, new WordDoubt(s_vocabulary).IsIn(word, 0, 4, Sure));
    }

    [Fact]
    public void Words_on_both_sides_of_an_unsure_space_are_in_doubt_and_no_others()
    {
        List<DecodedCharacter> line = Read("the bus iness of");
        line[7] = line[7] with { Probability = 0.3f };
        var doubt = new WordDoubt(s_vocabulary);

        Assert.Equal(
            [false, true, true, false],
            new[] { (0, 3), (4, 7), (8, 13), (14, 16) }.Select(word => doubt.IsIn(line, word.Item1, word.Item2, Sure))
        );
    }

    private static List<DecodedCharacter> Read(string text) =>
        [.. text.Select((letter, i) => new DecodedCharacter(s_vocabulary.ClassOf(letter.ToString()), 0.99f, i, i))];
}
