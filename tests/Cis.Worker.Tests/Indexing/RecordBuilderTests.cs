using System.Text.Json;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Indexing;

public sealed class RecordBuilderTests
{
    private static readonly QueueMessage Message = new(
        "m",
        "r",
        "{}",
        1,
        DateTimeOffset.UnixEpoch,
        new Dictionary<string, string>(StringComparer.Ordinal)
    );

    [Fact]
    public void A_document_over_the_limit_is_split_into_its_pages_and_loses_nothing()
    {
        string[] pages = [new('a', 600), new('あ', 600)];

        JsonElement json = Build(OversizePolicy.Split, pages);

        Assert.Equal("", json.GetProperty("extracted_text").GetString());
        Assert.Equal(
            pages,
            json.GetProperty("pages").EnumerateArray().Select(page => page.GetProperty("text").GetString())
        );
        Assert.Equal(1202, json.GetProperty("text_length").GetInt32());
    }

    [Fact]
    public void A_document_that_is_cut_says_so_and_ends_with_a_whole_character()
    {
        JsonElement json = Build(OversizePolicy.Truncate, string.Concat(Enumerable.Repeat("😀", 600)));

        string text = json.GetProperty("extracted_text").GetString()!;
        Assert.True(json.GetProperty("truncated").GetBoolean());
        Assert.Equal(200, text.EnumerateRunes().Count());
        Assert.All(text.EnumerateRunes(), rune => Assert.Equal(0x1F600, rune.Value));
        Assert.Equal(600, json.GetProperty("text_length").GetInt32());
    }

    [Fact]
    public void A_document_over_the_limit_fails_where_that_is_set() =>
        Assert.Equal(
            Outcome.TooLarge,
            Assert.Throws<ReadException>(() => Build(OversizePolicy.Fail, new string('a', 2000))).Outcome
        );

    [Fact]
    public void Sources_confidence_and_language_come_from_the_pages()
    {
        PageText ocr = FakeEngines.Text("日本語の文書") with
        {
            Lines = [new TextLine("日本", 0.5f, default, []), new TextLine("語の文書です", 0.9f, default, [])],
        };
        PageText layer = FakeEngines.Text("more") with { Source = TextSource.TextLayer };
        var text = new DocumentText(
            Outcome.Partial,
            "page 3: it is damaged",
            "application/pdf",
            3,
            [
                new PageResult(1, Outcome.Ok, null, ocr),
                new PageResult(2, Outcome.Ok, null, layer),
                new PageResult(3, Outcome.Corrupt, "it is damaged", null),
            ],
            DocumentTiming.None
        );

        FileRecord record = Builder(OversizePolicy.Split, 100_000)
            .Build(
                new FileNotification(new ObjectReference("b", "k")),
                null,
                text,
                Message,
                TimeSpan.FromMilliseconds(12)
            )
            .Record;

        Assert.Equal(("mixed", "ja", 0.8f), (record.TextSource, record.Language, record.OcrConfidence));
        Assert.Equal((3, 1, 12L), (record.PageCount, record.PagesFailed, record.ProcessingMs));
        Assert.Equal(("partial", "page 3: it is damaged"), (record.Outcome, record.Reason));
    }

    [Fact]
    public void What_was_not_read_is_counted_over_the_pages_and_left_out_where_all_was()
    {
        PageText part = FakeEngines.Text("part") with
        {
            Remarks = new PageRemarks { UnreadLines = 13, UnreadShare = 0.5f },
        };
        PageText specks = FakeEngines.Text("most") with
        {
            Remarks = new PageRemarks { UnreadLines = 1, UnreadShare = 0.01f },
        };

        FileRecord record = Build(part, specks, FakeEngines.Text("all"));
        FileRecord whole = Build(FakeEngines.Text("all"));

        Assert.Equal((1, 14, 0), (record.PagesPartial, record.UnreadLines, record.PagesFailed));
        Assert.Equal((null, null), (whole.PagesPartial, whole.UnreadLines));

        static FileRecord Build(params PageText[] pages) =>
            Builder(OversizePolicy.Split, 100_000)
                .Build(
                    new FileNotification(new ObjectReference("b", "k")),
                    null,
                    new DocumentText(
                        Outcome.Partial,
                        "as above",
                        "application/pdf",
                        pages.Length,
                        [.. pages.Select((page, i) => new PageResult(i + 1, Outcome.Ok, null, page))],
                        DocumentTiming.None
                    ),
                    Message,
                    TimeSpan.Zero
                )
                .Record;
    }

    private static RecordBuilder Builder(OversizePolicy policy, long limit) =>
        new(new WorkerOptions { Oversize = policy, MaxDocumentBytes = limit }, new FakeTimeProvider());

    private static JsonElement Build(OversizePolicy policy, params string[] pages)
    {
        var text = new DocumentText(
            Outcome.Ok,
            null,
            "application/pdf",
            pages.Length,
            [.. pages.Select((page, i) => new PageResult(i + 1, Outcome.Ok, null, FakeEngines.Text(page)))],
            DocumentTiming.None
        );
        IndexDocument document = Builder(policy, 1000)
            .Build(new FileNotification(new ObjectReference("b", "k")), null, text, Message, TimeSpan.Zero);
        return JsonDocument.Parse(document.Source).RootElement;
    }
}
