using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cis.Aws.Indexing;
using Cis.Aws.Reindexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Reindexing;

public sealed class RealIndexReindexTests(RealOpenSearch server)
    : IndexReindexTests(server),
        IClassFixture<RealOpenSearch>
{
    [Fact]
    public async Task While_documents_are_copied_each_is_found_once_and_new_ones_at_once()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 3);
        long found = 0;

        await ReplaceAsync(
            client,
            new(),
            async line =>
            {
                if (line.StartsWith("made the index", StringComparison.Ordinal))
                {
                    await WriteAsync(client, "new", version: 1, DateTime.UtcNow.AddSeconds(5));
                    await RefreshAsync(client);
                    found = await CountAsync(client);
                }
                else if (line.StartsWith("copied", StringComparison.Ordinal))
                {
                    Assert.Equal(4, await CountAsync(client));
                }
            }
        );

        Assert.Equal(4, found);
        Assert.Equal(4, await CountAsync(client));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_keeps_the_alias_where_it_is()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 1);
        await new OpenSearchIndex(client).BulkAsync(
            [new("bad", 1, Record, Encoding.UTF8.GetBytes("""{"file_id":"bad","indexed_at":"no date"}"""))],
            Stop
        );

        ReindexException failure = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));

        Assert.False(failure.IsRefusal);
        Assert.Contains("do not fit into", failure.Message, StringComparison.Ordinal);
        Assert.Contains("bad", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await IndicesAsync(client)).Length);
    }
}

public sealed class StubIndexReindexTests(StubOpenSearch server)
    : IndexReindexTests(server),
        IClassFixture<StubOpenSearch>
{
    [Fact]
    public async Task A_task_that_is_lost_or_an_answer_that_is_none_is_told()
    {
        var stub = (StubOpenSearch)Server;
        using OpenSearchClient client = await PrepareAsync(documents: 1);
        stub.Refuse = request => request.Path.StartsWith("/_tasks/", default) ? (404, "{}") : null;
        ReindexException lost = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));
        stub.Refuse = request => request.Path.StartsWith("/_alias/", default) ? (200, "[1]") : null;
        TransientException none = await Assert.ThrowsAsync<TransientException>(() => ReplaceAsync(client, new()));
        stub.Refuse = null;

        Assert.Contains("run the command again", lost.Message, StringComparison.Ordinal);
        Assert.Contains("_alias/", none.Message, StringComparison.Ordinal);
        await ReplaceAsync(client, new());
        Assert.Equal([Target(client)], await IndicesAsync(client));
    }

    [Fact]
    public async Task Copies_that_are_fewer_than_the_documents_keep_the_alias_where_it_is()
    {
        var stub = (StubOpenSearch)Server;
        using OpenSearchClient client = await PrepareAsync(documents: 2);
        stub.Requests.Clear();
        stub.Refuse = request =>
            request.Path.StartsWith("/_tasks/", default)
                ? (200, """{"completed":true,"response":{"total":1,"created":1}}""")
                : null;
        ReindexException failure = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));
        stub.Refuse = null;

        Assert.Contains("nothing was switched", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, stub.Requests.Count(request => request.Path.StartsWith("/_reindex", default)));
        Assert.Equal(2, (await IndicesAsync(client)).Length);
    }

    [Fact]
    public async Task A_copying_that_runs_is_waited_for_and_none_begun_beside_it()
    {
        var stub = (StubOpenSearch)Server;
        using OpenSearchClient client = await PrepareAsync(documents: 1);
        string source = Source(client);
        stub.Requests.Clear();
        stub.Refuse = request =>
            request.Path.StartsWith("/_tasks?", default)
                ? (
                    200,
                    """{"nodes":{"n":{"tasks":{"n:7":{"node":"n","id":7,"description":"reindex from [SOURCE] to [TARGET]"}}}}}"""
                        .Replace("SOURCE", source, StringComparison.Ordinal)
                        .Replace("TARGET", Target(client), StringComparison.Ordinal)
                )
            : request.Path.StartsWith("/_tasks/n:7", default)
                ? (200, """{"completed":true,"error":{"type":"node_closed_exception"}}""")
            : null;
        ReindexException failure = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));
        stub.Refuse = null;

        Assert.Contains("node_closed_exception", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(stub.Requests, request => request.Path.StartsWith("/_reindex", default));
    }
}

public abstract class IndexReindexTests(SearchServer server)
{
    private const string Json = "application/json";

    // Of an index that somebody's first document made: types of OpenSearch's guessing, and no analyzer of ours.
    private const string OldMapping = """
        {"properties":{"file_id":{"type":"text"},"s3_key":{"type":"text"},"indexed_at":{"type":"keyword"},"extracted_text":{"type":"text"}}}
        """;

    private readonly List<string> _said = [];

    protected SearchServer Server { get; } = server;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected static FileRecord Record { get; } =
        new()
        {
            FileId = "",
            S3Bucket = "",
            S3Key = "",
            FileName = "",
            ExtractedText = "",
            TextLength = 0,
            IndexedAt = "",
            WorkerVersion = "",
        };

    [Fact]
    public async Task All_documents_are_behind_the_alias_in_an_index_as_needed_and_the_old_one_stays()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 250);

        await ReplaceAsync(client, new());

        Assert.Equal([Target(client)], await IndicesAsync(client));
        Assert.Empty(await new IndexSetup(client).CompareAsync(Stop));
        Assert.NotNull(await Server.GetAsync(Target(client), "249"));
        Assert.NotNull(await Server.GetAsync(Source(client), "249"));
        Assert.Contains("copied 250 documents; 0 were there already", _said);
        Assert.Contains(
            _said,
            line => line.EndsWith($"DELETE {client.Base}{Source(client)}", StringComparison.Ordinal)
        );
        await WriteAsync(client, "later", 1, DateTime.UtcNow);
        Assert.NotNull(await Server.GetAsync(Target(client), "later"));
    }

    [Fact]
    public async Task What_workers_write_meanwhile_is_kept_and_no_older_copy_takes_its_place()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 4);
        DateTime now = DateTime.UtcNow;

        await ReplaceAsync(
            client,
            new(),
            async line =>
            {
                if (line.StartsWith("made the index", StringComparison.Ordinal))
                {
                    await WriteAsync(client, "new", version: 1, now);
                    await WriteAsync(client, "1", version: 900, now, "newer");
                    await WriteAsync(client, "2", version: 102, now, "as new");
                    // A message that comes late: its document is older than the one that is not copied yet.
                    await WriteAsync(client, "3", version: 1, now, "older");
                }
            }
        );

        Assert.NotNull(await Server.GetAsync(Target(client), "new"));
        Assert.Equal(
            ["text of 0", "newer", "as new", "text of 3"],
            await Task.WhenAll(Enumerable.Range(0, 4).Select(id => TextAsync(client, $"{id}")))
        );
    }

    [Fact]
    public async Task The_old_index_takes_no_more_documents_lest_one_be_lost()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 1);
        await ReplaceAsync(client, new());
        using OpenSearchClient straight = Server.Connect(Source(client));

        IndexStatus status;
        try
        {
            status = (await WriteAsync(straight, "late", 1, DateTime.UtcNow)).Status;
        }
        catch (TransientException)
        {
            status = IndexStatus.Unavailable;
        }

        Assert.Equal(IndexStatus.Unavailable, status);
    }

    [Fact]
    public async Task A_run_that_ended_after_any_step_is_gone_on_with()
    {
        foreach (string step in (string[])["put the index template", "made the index", "copied"])
        {
            _said.Clear();
            using OpenSearchClient client = await PrepareAsync(documents: 5);
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                ReplaceAsync(
                    client,
                    new(),
                    line => line.StartsWith(step, default) ? throw new OperationCanceledException() : Task.CompletedTask
                )
            );

            await ReplaceAsync(client, new());
            await ReplaceAsync(client, new());

            Assert.Equal([Target(client)], await IndicesAsync(client));
            Assert.NotNull(await Server.GetAsync(Target(client), "4"));
            Assert.Contains("nothing to do", _said[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_changes_nothing()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 2);

        await ReplaceAsync(client, new() { DryRun = true });

        Assert.Equal($"would copy 2 documents of {Source(client)} to {Target(client)}", _said[^1]);
        Assert.Contains($"index {Source(client)}.file_id.type: is text, should be keyword", _said);
        Assert.Equal([Source(client)], await IndicesAsync(client));
        Assert.Null(await Server.GetAsync(Target(client), "0"));
    }

    [Fact]
    public async Task Fields_without_a_place_are_refused_before_anything_is_done_or_left_out_as_asked()
    {
        using OpenSearchClient client = await PrepareAsync(
            documents: 0,
            OldMapping.Replace(
                "{\"file_id\"",
                "{\"legacy\":{\"type\":\"keyword\"},\"file_id\"",
                StringComparison.Ordinal
            )
        );
        await new OpenSearchIndex(client).BulkAsync(
            [new("a", 1, Record, Encoding.UTF8.GetBytes("""{"file_id":"a","legacy":"x"}"""))],
            Stop
        );

        ReindexException refused = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));
        Assert.True(refused.IsRefusal);
        Assert.Contains("no place for: legacy", refused.Message, StringComparison.Ordinal);
        Assert.Equal([Source(client)], await IndicesAsync(client));

        await ReplaceAsync(client, new() { DropsFields = true });
        JsonElement copy = (await Server.GetAsync(Target(client), "a"))!.Value;
        Assert.Equal("a", copy.GetProperty("file_id").GetString());
        Assert.False(copy.TryGetProperty("legacy", out _));
    }

    [Fact]
    public async Task An_index_as_needed_is_copied_only_by_force()
    {
        Server.Require();
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);

        await ReplaceAsync(client, new());
        Assert.Contains("nothing to do", Assert.Single(_said), StringComparison.Ordinal);
        await ReplaceAsync(client, new() { Force = true });

        Assert.Equal([Target(client)], await IndicesAsync(client));
    }

    [Fact]
    public async Task An_index_that_no_alias_stands_for_is_copied_into_another_by_name()
    {
        Server.Require();
        string old = NewName();
        using OpenSearchClient plain = Server.Connect(old);
        byte[] mapping = Encoding.UTF8.GetBytes($$"""{"mappings":{{OldMapping}} }""");
        await plain.SendAsync(HttpMethod.Put, old, mapping, Json, Stop);
        await WriteAsync(plain, "a", 1, DateTime.UtcNow);
        using OpenSearchClient client = Server.Connect(NewName());
        await new IndexSetup(client).InitAsync(Stop);

        ReindexException refused = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(plain, new()));
        await ReplaceAsync(client, new() { From = old });
        await ReplaceAsync(client, new() { From = old });

        Assert.Contains($"--from {old}", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await Server.GetAsync(Source(client), "a"));
        Assert.Equal([Source(client)], await IndicesAsync(client));
        Assert.Equal("copied 0 documents; 1 were there already", _said[^1]);
    }

    [Fact]
    public async Task What_is_not_there_or_not_understood_is_refused()
    {
        using OpenSearchClient client = await PrepareAsync(documents: 1);
        using OpenSearchClient missing = Server.Connect(NewName());
        await missing.SendAsync(HttpMethod.Put, Target(client), default, Json, Stop);
        await AliasAsync(client, Target(client));

        TransientException none = await Assert.ThrowsAsync<TransientException>(() => ReplaceAsync(missing, new()));
        ReindexException several = await Assert.ThrowsAsync<ReindexException>(() => ReplaceAsync(client, new()));

        Assert.True(none.IsWrongSetting);
        Assert.True(several.IsRefusal);
        Assert.Contains("stands for 2 indices", several.Message, StringComparison.Ordinal);
    }

    protected static string NewName() => $"r{Guid.NewGuid():N}";

    private protected static string Source(OpenSearchClient client) => client.Options.Index + "-000001";

    private protected static string Target(OpenSearchClient client) => client.Options.Index + "-000002";

    private protected async Task<OpenSearchClient> PrepareAsync(int documents, string mapping = OldMapping)
    {
        Server.Require();
        OpenSearchClient client = Server.Connect(NewName());
        byte[] body = Encoding.UTF8.GetBytes(
            $$"""{"mappings":{{mapping}},"aliases":{"{{client.Options.Index}}":{} } }"""
        );
        OpenSearchAnswer made = await client.SendAsync(HttpMethod.Put, Source(client), body, Json, Stop);
        Assert.True(made.IsSuccess, made.Excerpt);
        for (int i = 0; i < documents; i++)
        {
            await WriteAsync(client, $"{i}", 100 + i, DateTime.UtcNow.AddDays(-1));
        }

        return client;
    }

    private protected async Task ReplaceAsync(
        OpenSearchClient client,
        ReindexOptions options,
        Func<string, Task>? heard = null
    ) =>
        await new IndexReindex(
            client,
            line =>
            {
                _said.Add(line);
                heard?.Invoke(line).GetAwaiter().GetResult();
            },
            _ => { }
        ).RunAsync(options, Stop);

    private protected static async Task<IndexResult> WriteAsync(
        OpenSearchClient client,
        string id,
        long version,
        DateTime indexedAt,
        string? text = null
    )
    {
        var source = new JsonObject
        {
            ["file_id"] = id,
            ["s3_key"] = id,
            ["indexed_at"] = $"{indexedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            ["extracted_text"] = text ?? $"text of {id}",
        };
        byte[] json = Encoding.UTF8.GetBytes(source.ToJsonString());
        return Assert.Single(
            await new OpenSearchIndex(client).BulkAsync([new IndexDocument(id, version, Record, json)], Stop)
        );
    }

    private protected static async Task<string[]> IndicesAsync(OpenSearchClient client)
    {
        string path = $"_alias/{client.Options.Index}";
        OpenSearchAnswer answer = await client.SendAsync(HttpMethod.Get, path, default, Json, Stop);
        return [.. JsonNode.Parse(answer.Body)!.AsObject().Select(pair => pair.Key)];
    }

    private protected static Task<OpenSearchAnswer> RefreshAsync(OpenSearchClient client) =>
        client.SendAsync(HttpMethod.Post, $"{client.Options.Index}/_refresh", default, Json, Stop);

    private protected static async Task<long> CountAsync(OpenSearchClient client)
    {
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Get,
            $"{client.Options.Index}/_count",
            default,
            Json,
            Stop
        );
        return JsonElement.Parse(answer.Body).GetProperty("count").GetInt64();
    }

    private static async Task AliasAsync(OpenSearchClient client, string index)
    {
        byte[] body = Encoding.UTF8.GetBytes(
            $$$"""{"actions":[{"add":{"index":"{{{index}}}","alias":"{{{client.Options.Index}}}"}}]}"""
        );
        await client.SendAsync(HttpMethod.Post, "_aliases", body, Json, Stop);
    }

    private async Task<string?> TextAsync(OpenSearchClient client, string id) =>
        (await Server.GetAsync(Target(client), id))?.GetProperty("extracted_text").GetString();
}
