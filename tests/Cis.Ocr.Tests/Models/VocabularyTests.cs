using Cis.Ocr.Models;

namespace Cis.Ocr.Tests.Models;

public class VocabularyTests
{
    [Fact]
    public void A_line_is_the_character_of_the_class_that_follows_the_blank()
    {
        var vocabulary = new Vocabulary("a\n漢\n𠮷\n \n"u8);

        Assert.Equal(5, vocabulary.ClassCount);
        Assert.Equal(["", "a", "漢", "𠮷", " "], Enumerable.Range(0, 5).Select(i => vocabulary[i]));
        Assert.Equal(4, vocabulary.SpaceClass);
    }

    [Fact]
    public void The_last_line_counts_with_or_without_its_end_and_ends_may_be_those_of_windows()
    {
        var vocabulary = new Vocabulary("a\r\n \r\nb"u8);

        Assert.Equal(["", "a", " ", "b"], Enumerable.Range(0, vocabulary.ClassCount).Select(i => vocabulary[i]));
    }

    [Fact]
    public void A_model_without_a_space_says_so() => Assert.Equal(-1, new Vocabulary("a\n\u3000\n"u8).SpaceClass);

    [Fact]
    public void Of_two_spaces_the_last_is_the_one_that_models_learn_and_both_are_spaces()
    {
        var vocabulary = new Vocabulary("a\n \nb\n \n"u8);

        Assert.Equal(4, vocabulary.SpaceClass);
        Assert.Equal([2, 4], Enumerable.Range(0, vocabulary.ClassCount).Where(vocabulary.IsSpace));
    }
}
