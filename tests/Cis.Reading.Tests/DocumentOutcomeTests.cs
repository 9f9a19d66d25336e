using Cis.Pages;

namespace Cis.Reading.Tests;

public sealed class DocumentOutcomeTests
{
    [Fact]
    public void A_document_with_a_page_that_is_unread_in_good_part_is_partial_and_says_it_first()
    {
        DocumentText text = Assemble(
            Page(1, new PageRemarks { Notes = ["it was cut"] }),
            Page(2, new PageRemarks { UnreadLines = 13, UnreadShare = 0.52f })
        );

        Assert.Equal(Outcome.Partial, text.Outcome);
        Assert.Equal(
            "page 2: 13 of its lines, 52 % of the text found, could not be read; page 1: it was cut",
            text.Reason
        );
        Assert.All(text.Pages, page => Assert.Equal(Outcome.Ok, page.Outcome));
    }

    [Fact]
    public void A_document_of_which_the_machine_lost_a_page_is_to_be_read_another_time()
    {
        DocumentText text = Assemble(
            Page(1, PageRemarks.None),
            new PageResult(2, Outcome.Transient, "its process was killed", Text: null),
            new PageResult(3, Outcome.Corrupt, "torn", Text: null)
        );

        Assert.Equal(Outcome.Transient, text.Outcome);
    }

    [Fact]
    public void A_page_in_a_script_that_is_not_read_makes_its_document_partial()
    {
        DocumentText text = Assemble(Page(1, new PageRemarks { Unreadable = "unreadable script", UnreadLines = 26 }));

        Assert.Equal(Outcome.Partial, text.Outcome);
        Assert.StartsWith("unreadable script: ", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_stands_in_for_unread_files_makes_its_document_partial_by_its_note()
    {
        DocumentText text = Assemble(
            Page(1, new PageRemarks { Unreadable = "portfolio", Notes = ["a portfolio of 2 files not read"] })
        );

        Assert.Equal((Outcome.Partial, "a portfolio of 2 files not read"), (text.Outcome, text.Reason));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0.1f)]
    [InlineData(2, 1)] // two strokes of a picture
    public void A_few_unread_lines_leave_a_document_ok_and_nothing_is_said(int lines, float share)
    {
        DocumentText text = Assemble(Page(1, new PageRemarks { UnreadLines = lines, UnreadShare = share }));

        Assert.Equal((Outcome.Ok, null), (text.Outcome, text.Reason));
    }

    [Fact]
    public void What_an_engine_notes_is_said_beside_the_remarks()
    {
        var reading = new PageReading(Text(new PageRemarks { Notes = ["a bound cut it"] }), "it was rendered smaller");

        Assert.Equal("a bound cut it; it was rendered smaller", RemarkText.Of(reading));
        Assert.Null(RemarkText.Of(new PageReading(Text(PageRemarks.None), Note: null)));
    }

    private static DocumentText Assemble(params PageResult[] pages) =>
        DocumentOutcome.Assemble(new DocumentFacts("application/pdf", pages.Length), pages);

    private static PageResult Page(int number, PageRemarks remarks) =>
        new(number, Outcome.Ok, RemarkText.Of(new PageReading(Text(remarks), Note: null)), Text(remarks));

    private static PageText Text(PageRemarks remarks) => FakeEngines.Text("text") with { Remarks = remarks };
}
