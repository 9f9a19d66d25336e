using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>
/// Pages that a single call of PDFium would parse forever, or into more memory than there is. The call ends, the copy of
/// PDFium that was in it is given up, and reading goes on in another.
/// </summary>
public sealed class BoundedCallTests
{
    private const string Line = "0 0 m 9 9 l S\n";

    [Fact]
    public void Nested_forms_end_at_the_limit_of_memory_and_the_next_page_is_read()
    {
        using TestReader reader = Reader(megabytes: 64);
        using DocumentSource source = NestedForms().Page("BT /F1 12 Tf (innocent) Tj ET").ToSource();
        using IDocument document = reader.Open(source);

        ReadException failure = Assert.Throws<ReadException>(() =>
            document.Read(0, reader.Image, TestContext.Current.CancellationToken)
        );
        PageContent next = document.Read(1, reader.Image, TestContext.Current.CancellationToken);

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
        Assert.Contains("64 MB", failure.Message, StringComparison.Ordinal);
        Assert.Contains("max-page-memory", failure.Message, StringComparison.Ordinal);
        Assert.Equal("innocent", next.Text!.Text.Trim());
    }

    [Fact]
    public void Content_that_one_stream_gives_many_times_ends_at_the_limit_of_memory()
    {
        using TestReader reader = Reader(megabytes: 64);
        var pdf = new PdfBuilder();
        int stream = pdf.AddStream("", System.Text.Encoding.ASCII.GetBytes(Repeat(Line, 4000)));
        pdf.Page("", $"/Contents [{Repeat($"{stream} 0 R ", 20_000)}]");
        using DocumentSource source = pdf.ToSource();

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(source));

        Assert.Equal(Outcome.TooLarge, failure.Outcome);
        Assert.NotNull(reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text);
    }

    [Fact]
    public void A_page_that_is_parsed_for_ever_ends_when_the_token_says_so()
    {
        using TestReader reader = Reader(megabytes: 64 << 10);
        using DocumentSource source = NestedForms().ToSource();
        using IDocument document = reader.Open(source);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        OperationCanceledException ended = Assert.Throws<OperationCanceledException>(() =>
            document.Read(0, reader.Image, limit.Token)
        );

        Assert.Equal(limit.Token, ended.CancellationToken);
        Assert.NotNull(reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text);
    }

    [Fact]
    public void Looking_at_such_a_page_says_nothing_and_reading_it_says_why()
    {
        using TestReader reader = Reader(megabytes: 64);
        using DocumentSource source = NestedForms().ToSource();
        using IDocument document = reader.Open(source);

        Assert.False(document.LooksLikePicture(0, TestContext.Current.CancellationToken));

        ReadException failure = Assert.Throws<ReadException>(() =>
            document.Read(0, reader.Image, TestContext.Current.CancellationToken)
        );
        Assert.Equal(Outcome.TooLarge, failure.Outcome);
    }

    [Fact]
    public void Every_such_page_is_given_back_whole()
    {
        using TestReader reader = Reader(megabytes: 256);
        using DocumentSource source = NestedForms().ToSource();
        for (int i = 0; i < 8; i++)
        {
            Assert.Throws<ReadException>(() => reader.ReadFirst(source));
        }

        // Eight times 256 MB would be 2 GB; the other tests of this process take less than one.
        Assert.NotNull(reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text);
        Assert.InRange(Environment.WorkingSet, 1, 1500L << 20);
    }

    private static TestReader Reader(long megabytes) =>
        new() { Options = new() { Limits = new() { MaxPageMemory = megabytes << 20 } } };

    /// <summary>A page of a form, which draws another ten times, and so on for twelve levels: 10^12 lines.</summary>
    private static PdfBuilder NestedForms()
    {
        const string form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]";
        var pdf = new PdfBuilder();
        int inner = pdf.AddStream(form, System.Text.Encoding.ASCII.GetBytes(Line));
        for (int level = 0; level < 11; level++)
        {
            inner = pdf.AddStream(
                $"{form} /Resources << /XObject << /F {inner} 0 R >> >>",
                System.Text.Encoding.ASCII.GetBytes(Repeat("/F Do\n", 10))
            );
        }

        return pdf.Page("/F Do", resources: $"/XObject << /F {inner} 0 R >>");
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
