using System.Text;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;

namespace Cis.Ocr.Tests.Recognition;

public sealed class FirstTrustTests
{
    private static readonly Vocabulary s_vocabulary = new(Encoding.UTF8.GetBytes("a\nő\n口"));
    private readonly SharedClasses _classes = new(s_vocabulary, s_vocabulary, "őű");
    private readonly FirstTrust _trust = new();

    [Fact]
    public void A_page_of_whose_lines_none_is_sure_is_given_up_before_it_costs_much()
    {
        int lines = 0;
        for (; _trust.IsGiven; lines++)
        {
            _trust.AddLine(width: 1000, words: 10, doubted: 9);
            _trust.AddWhole(width: 1000);
        }

        Assert.Equal(3, lines);
    }

    [Fact]
    public void A_page_on_which_words_in_doubt_cost_more_than_they_save_is_given_up()
    {
        int lines = 0;
        for (; _trust.IsGiven; lines++)
        {
            _trust.AddLine(width: 1000, words: 10, doubted: 6);
            _trust.AddSpan(columns: 700);
        }

        Assert.Equal(3, lines);
    }

    [Fact]
    public void A_page_of_sure_lines_is_read_to_its_end_and_the_next_begins_anew()
    {
        for (int i = 0; i < 50; i++)
        {
            _trust.AddLine(width: 1000, words: 10, doubted: 1);
            _trust.AddSpan(columns: 200);
        }

        Assert.True(_trust.IsGiven);
        _trust.AddLetters(_classes, "őű", 0.99f);
        Assert.False(_trust.IsGiven);
        _trust.BeginPage();
        Assert.True(_trust.IsGiven);
    }

    [Theory]
    [InlineData("ő", 0.99f, false)]
    [InlineData("őaő", 0.99f, true)]
    [InlineData("őaő", 0.7f, false)]
    [InlineData("aaaa", 0.99f, false)]
    public void Letters_that_the_first_reader_loses_make_a_page_foreign(string text, float probability, bool foreign)
    {
        _trust.AddLetters(_classes, text, probability);

        Assert.Equal((foreign, !foreign), (_trust.IsForeign, _trust.IsGiven));
    }

    [Theory]
    [InlineData("口口", true)]
    [InlineData("口口口口", false)]
    public void A_page_with_ideographs_is_not_for_it_but_what_it_has_read_stays(string text, bool given)
    {
        _trust.AddLetters(_classes, text, 0.99f);

        Assert.Equal((given, false), (_trust.IsGiven, _trust.IsForeign));
    }

    [Fact]
    public void A_page_of_poor_print_asks_for_surer_characters()
    {
        _trust.AddLine(width: 1000, words: 19, doubted: 5);
        Assert.Equal(0.95f, _trust.SureCharacter);

        _trust.AddLine(width: 1000, words: 1, doubted: 0);
        Assert.Equal(0.98f, _trust.SureCharacter);
    }
}
