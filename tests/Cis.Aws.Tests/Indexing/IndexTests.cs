using System.Text;
using System.Text.Json;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

public sealed class RealIndexTests(RealOpenSearch server) : IndexTests(server), IClassFixture<RealOpenSearch>
{
    [Fact]
    public async Task A_locked_index_is_no_document_s_fault()
    {
        Server.Require();
        string name = NewName();
        using (var http = new HttpClient { BaseAddress = Server.Url })
        {
            using var body = new StringContent(
                """{"settings":{"index.blocks.write":true}}""",
                Encoding.UTF8,
                "application/json"
            );
            (await http.PutAsync(name, body, Stop)).EnsureSuccessStatusCode();
        }

        using OpenSearchClient client = Server.Connect(name);
        IndexResult result = Assert.Single(await new OpenSearchIndex(client).BulkAsync([Document("a", 1)], Stop));

        Assert.Equal(IndexStatus.Unavailable, result.Status);
        Assert.Contains("cluster_block_exception", result.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_of_as_many_pages_as_a_file_may_have_is_taken_and_found_by_its_last_page()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);
        string filler = string.Concat(Enumerable.Repeat("many words on a page ", 100));
        FileRecord record = Split([
            .. Enumerable.Range(1, 10_000).Select(n => new PageRecord(n, n < 10_000 ? filler : "the last zebra")),
        ]);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Readable.FileRecord);
        Assert.InRange(json.Length, 20 << 20, 30 << 20);

        IndexResult result = Assert.Single(
            await new OpenSearchIndex(client).BulkAsync([new IndexDocument("large", 1, record, json)], Stop)
        );

        Assert.Equal(IndexResult.Indexed, result);
        Assert.Equal(1, await CountAsync(client, "zebra"));
        Assert.Equal(0, await CountAsync(client, "giraffe"));
    }

    [Fact]
    public async Task A_document_of_more_pages_than_the_index_takes_is_refused_and_its_batch_goes_in()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);
        FileRecord record = Split([.. Enumerable.Range(1, 10_001).Select(n => new PageRecord(n, "x"))]);
        FileRecord small = Split([new PageRecord(1, "x")]);

        IReadOnlyList<IndexResult> results = await new OpenSearchIndex(client).BulkAsync(
            [Whole("large", record), Whole("small", small)],
            Stop
        );

        Assert.Equal([IndexStatus.Refused, IndexStatus.Indexed], results.Select(result => result.Status));
        Assert.Contains("nested", results[0].Reason!, StringComparison.Ordinal);
    }

    private static IndexDocument Whole(string id, FileRecord record) =>
        new(id, 1, record, JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Readable.FileRecord));

    private static FileRecord Split(PageRecord[] pages) =>
        new()
        {
            FileId = "large",
            S3Bucket = "bucket",
            S3Key = "key",
            FileName = "large.pdf",
            ExtractedText = "",
            TextLength = pages.Sum(page => page.Text.Length),
            IndexedAt = "2026-11-24T07:00:00Z",
            PageCount = pages.Length,
            WorkerVersion = "test",
            Pages = pages,
        };

    private static async Task<int> CountAsync(OpenSearchClient client, string word)
    {
        string index = client.Options.Index;
        await client.SendAsync(HttpMethod.Post, $"{index}/_refresh", default, "application/json", Stop);
        string query = $$$"""{"query":{"nested":{"path":"pages","query":{"match":{"pages.text":"{{{word}}}"} } } } }""";
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Post,
            $"{index}/_count",
            Encoding.UTF8.GetBytes(query),
            "application/json",
            Stop
        );
        return JsonElement.Parse(answer.Body).GetProperty("count").GetInt32();
    }
}

public sealed class StubIndexTests(StubOpenSearch server) : IndexTests(server), IClassFixture<StubOpenSearch>;

public abstract class IndexTests(SearchServer server)
{
    protected SearchServer Server { get; } = server;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Documents_are_found_by_their_id()
    {
        Server.Require();
        string name = NewName();
        string[] ids = ["plain", "a/b c+d%25?#.pdf", "日本 \"引用\" 😀", new string('x', 512)];

        using OpenSearchClient client = await Server.MakeAsync(name);
        IReadOnlyList<IndexResult> results = await new OpenSearchIndex(client).BulkAsync(
            ids.Select(id => Document(id, 1, $"text of {id}")).ToArray(),
            Stop
        );

        Assert.All(results, result => Assert.Equal(IndexResult.Indexed, result));
        foreach (string id in ids)
        {
            JsonElement source = (await Server.GetAsync(name, id))!.Value;
            Assert.Equal($"text of {id}", source.GetProperty("text").GetString());
        }
    }

    [Fact]
    public async Task An_older_version_never_overwrites_a_newer_one_and_the_same_does()
    {
        Server.Require();
        string name = NewName();
        using OpenSearchClient client = await Server.MakeAsync(name);
        var index = new OpenSearchIndex(client);
        await index.BulkAsync([Document("a", 1_700_000_000_000, "newer")], Stop);

        IndexResult older = Assert.Single(await index.BulkAsync([Document("a", 1_600_000_000_000, "older")], Stop));
        Assert.Equal(IndexStatus.Superseded, older.Status);
        Assert.Equal("newer", (await Server.GetAsync(name, "a"))!.Value.GetProperty("text").GetString());

        IndexResult same = Assert.Single(await index.BulkAsync([Document("a", 1_700_000_000_000, "again")], Stop));
        Assert.Equal(IndexStatus.Indexed, same.Status);
        Assert.Equal("again", (await Server.GetAsync(name, "a"))!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Large_batches_go_compressed_and_come_whole()
    {
        Server.Require();
        string name = NewName();
        string text = string.Concat(Enumerable.Repeat("長い文章。", 20_000));
        using OpenSearchClient client = await Server.MakeAsync(name);

        IReadOnlyList<IndexResult> results = await new OpenSearchIndex(client).BulkAsync(
            Enumerable.Range(0, 20).Select(i => Document($"{i}", 1, text)).ToArray(),
            Stop
        );

        Assert.All(results, result => Assert.Equal(IndexStatus.Indexed, result.Status));
        Assert.Equal(text, (await Server.GetAsync(name, "19"))!.Value.GetProperty("text").GetString());
    }

    protected static string NewName() => $"i{Guid.NewGuid():N}";

    protected static IndexDocument Document(string id, long version, string text = "text")
    {
        byte[] source = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["text"] = text });
        return new(id, version, Record: null!, source);
    }
}
