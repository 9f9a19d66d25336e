using System.Text.Json;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

public sealed class RealIndexSetupTests(RealOpenSearch server) : IndexSetupTests(server), IClassFixture<RealOpenSearch>
{
    [Fact]
    public async Task Japanese_words_are_found()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);
        await new OpenSearchIndex(client).BulkAsync([Full("a", "関西国際空港に着きました")], Stop);

        await client.SendAsync(HttpMethod.Post, $"{client.Options.Index}/_refresh", default, "application/json", Stop);
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Post,
            $"{client.Options.Index}/_count",
            """{"query":{"match":{"extracted_text":"空港"}}}"""u8.ToArray(),
            "application/json",
            Stop
        );

        Assert.Equal(1, JsonElement.Parse(answer.Body).GetProperty("count").GetInt32());
    }
}

public sealed class StubIndexSetupTests(StubOpenSearch server) : IndexSetupTests(server), IClassFixture<StubOpenSearch>;

public abstract class IndexSetupTests(SearchServer server)
{
    protected SearchServer Server { get; } = server;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_missing_is_named_then_made_and_then_there_is_no_difference()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        var setup = new IndexSetup(client);

        IReadOnlyList<string> before = await setup.CompareAsync(Stop);
        IReadOnlyList<string> done = await setup.InitAsync(Stop);

        Assert.Equal([$"template {client.Options.Index}: missing", $"index {client.Options.Index}: missing"], before);
        Assert.Equal(2, done.Count);
        Assert.Empty(await setup.CompareAsync(Stop));
        Assert.Empty(await setup.InitAsync(Stop));
    }

    [Fact]
    public async Task A_document_with_every_field_goes_in_through_the_alias()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);

        IndexResult result = Assert.Single(await new OpenSearchIndex(client).BulkAsync([Full("a", "text")], Stop));

        Assert.Equal(IndexResult.Indexed, result);
        Assert.NotNull(await Server.GetAsync(client.Options.Index + "-000001", "a"));
    }

    [Fact]
    public async Task The_old_worker_s_index_is_given_the_new_fields_and_keeps_its_own()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        byte[] old =
            """
            {"mappings":{"properties":{"file_id":{"type":"keyword"},"extracted_text":{"type":"text"},"legacy":{"type":"keyword"}}}}
            """u8.ToArray();
        await client.SendAsync(HttpMethod.Put, client.Options.Index, old, "application/json", Stop);

        IReadOnlyList<string> done = await new IndexSetup(client).InitAsync(Stop);

        Assert.Contains(done, line => line.StartsWith("added to the index", StringComparison.Ordinal));
        IndexResult result = Assert.Single(await new OpenSearchIndex(client).BulkAsync([Full("a", "text")], Stop));
        Assert.Equal(IndexResult.Indexed, result);
        Assert.Contains(
            await new IndexSetup(client).CompareAsync(Stop),
            line => line.Contains("extracted_text.analyzer", StringComparison.Ordinal)
        );
    }

    protected static string NewName() => $"s{Guid.NewGuid():N}";

    protected static IndexDocument Full(string id, string text)
    {
        var record = new FileRecord
        {
            FileId = id,
            S3Bucket = "bucket",
            S3Key = "key",
            S3VersionId = "version",
            S3Etag = "etag",
            FileName = "name.pdf",
            FileSize = 5_000_000_000,
            MimeType = "application/pdf",
            ExtractedText = text,
            TextLength = text.Length,
            LastModified = "not a date",
            IndexedAt = "2026-11-24T07:00:00Z",
            PageCount = 1,
            PagesFailed = 1,
            TextSource = "ocr",
            Language = "ja",
            OcrConfidence = 0.9f,
            WorkerVersion = "1",
            ProcessingMs = 1,
            Outcome = "corrupt",
            Reason = "reason",
            Truncated = true,
            Pages = [new(1, text)],
        };
        return new(id, 1, record, JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Default.FileRecord));
    }
}
