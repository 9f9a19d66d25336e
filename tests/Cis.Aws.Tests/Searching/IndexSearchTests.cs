using System.Text.Json;
using System.Text.Json.Nodes;
using Cis.Aws.Indexing;
using Cis.Aws.Searching;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Searching;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Searching;

/// <summary>What OpenSearch itself finds.</summary>
public sealed class RealIndexSearchTests(RealOpenSearch server) : IClassFixture<RealOpenSearch>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tea OR milk", "tea milk both")]
    [InlineData("tea or milk", "")]
    [InlineData("tea -milk", "tea")]
    [InlineData("cup -\"milk with\"", "tea milk")]
    [InlineData("CUP -mil*", "tea")]
    [InlineData("cup -(tea milk)", "tea milk")]
    [InlineData("tea (water OR -milk)", "tea")]
    [InlineData("\"cup of mi\"*", "milk both")]
    [InlineData("図書館", "japanese")]
    [InlineData("図書館 の", "japanese")]
    [InlineData("図書館 -開館", "")]
    [InlineData("の", "")]
    [InlineData("の です", "")]
    [InlineData("* : { } zebra", "large")]
    [InlineData("zebra \"} ] , OR", null)]
    public async Task Documents_are_found_by_the_same_words_as_pages_of_a_folder(string query, string? files)
    {
        using OpenSearchClient client = await FillAsync();
        if (files is null)
        {
            Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(query));
            return;
        }

        SearchHits found = await new IndexSearch(client).FindAsync(SearchQuery.Parse(query), 0, 10, Stop);

        Assert.Equal(
            files.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            found.Hits.Select(hit => hit.FileId).Order(StringComparer.Ordinal)
        );
        Assert.Equal(found.Hits.Count, found.Total);
    }

    [Fact]
    public async Task A_hit_has_its_context_and_of_a_large_document_the_page()
    {
        using OpenSearchClient client = await FillAsync();
        var search = new IndexSearch(client);

        SearchHit japanese = Assert.Single((await search.FindAsync(SearchQuery.Parse("図書館"), 0, 10, Stop)).Hits);
        SearchHit large = Assert.Single((await search.FindAsync(SearchQuery.Parse("zebra last"), 0, 10, Stop)).Hits);

        Assert.Equal(("in/japanese.pdf", "japanese.pdf", null), (japanese.Key, japanese.FileName, japanese.Page));
        Assert.Equal([new("図書館", true), new("の開館時間です", false)], japanese.Context);
        Assert.Equal(("in/large.pdf", 7), (large.Key, large.Page));
        Assert.Equal([new("the ", false), new("last", true), new(" ", false), new("zebra", true)], large.Context);
    }

    [Fact]
    public async Task Words_on_different_pages_of_a_large_document_are_on_no_page()
    {
        using OpenSearchClient client = await FillAsync();

        Assert.Empty((await new IndexSearch(client).FindAsync(SearchQuery.Parse("zebra first"), 0, 10, Stop)).Hits);
    }

    [Fact]
    public async Task Hits_come_page_by_page_with_how_many_there_are()
    {
        using OpenSearchClient client = await FillAsync();
        var search = new IndexSearch(client);
        var query = SearchQuery.Parse("cup");

        SearchHits first = await search.FindAsync(query, 0, 2, Stop);
        SearchHits second = await search.FindAsync(query, 2, 2, Stop);

        Assert.Equal((2, 3L, 1, 3L), (first.Hits.Count, first.Total, second.Hits.Count, second.Total));
    }

    [Fact]
    public async Task The_old_worker_s_index_is_searched_too_and_one_of_other_types_is_told()
    {
        server.Require();
        using OpenSearchClient old = server.Connect($"s{Guid.NewGuid():N}");
        using OpenSearchClient wrong = server.Connect($"s{Guid.NewGuid():N}");
        await Put(old, old.Options.Index, "{}");
        await Put(old, old.Options.Index + "/_doc/1?refresh=true", """{"file_id":"x","extracted_text":"a zebra"}""");
        await Put(wrong, wrong.Options.Index, """{"mappings":{"properties":{"pages":{"type":"object"}}}}""");
        var query = SearchQuery.Parse("zebra");

        SearchHit hit = Assert.Single((await new IndexSearch(old).FindAsync(query, 0, 10, Stop)).Hits);
        ReadException refused = await Assert.ThrowsAsync<ReadException>(() =>
            new IndexSearch(wrong).FindAsync(query, 0, 10, Stop)
        );

        Assert.Equal(("x", "x"), (hit.FileId, hit.Key));
        Assert.Equal(Outcome.IndexRefused, refused.Outcome);
        Assert.Contains("cis index diff", refused.Message, StringComparison.Ordinal);
    }

    private async Task<OpenSearchClient> FillAsync()
    {
        server.Require();
        OpenSearchClient client = server.Connect($"s{Guid.NewGuid():N}");
        await new IndexSetup(client).InitAsync(Stop);
        await new OpenSearchIndex(client).BulkAsync(
            [
                Document("tea", "a cup of tea"),
                Document("milk", "a cup of milk"),
                Document("both", "a cup of milk with tea"),
                Document("japanese", "図書館の開館時間です"),
                Document("large", "", new PageRecord(1, "the first"), new PageRecord(7, "the last\nzebra")),
            ],
            Stop
        );
        await client.SendAsync(HttpMethod.Post, $"{client.Options.Index}/_refresh", default, "application/json", Stop);
        return client;
    }

    private static IndexDocument Document(string id, string text, params PageRecord[] pages)
    {
        var record = new FileRecord
        {
            FileId = id,
            S3Bucket = "bucket",
            S3Key = $"in/{id}.pdf",
            FileName = $"{id}.pdf",
            ExtractedText = text,
            TextLength = text.Length,
            IndexedAt = "2026-11-24T07:00:00Z",
            WorkerVersion = "1",
            Pages = pages.Length == 0 ? null : pages,
        };
        return new(id, 1, record, JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Default.FileRecord));
    }

    private static async Task Put(OpenSearchClient client, string path, string body)
    {
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Put,
            path,
            System.Text.Encoding.UTF8.GetBytes(body),
            "application/json",
            Stop
        );
        Assert.True(answer.IsSuccess, answer.Excerpt);
    }
}

/// <summary>What is asked, and what is made of answers.</summary>
public sealed class StubIndexSearchTests(StubOpenSearch server) : IClassFixture<StubOpenSearch>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_query_becomes_clauses_in_which_what_was_typed_is_only_text()
    {
        var query = SearchQuery.Parse("a* (b OR \"c } d\") -e");

        JsonNode body = JsonNode.Parse(SearchRequest.Write(query, skip: 20, count: 10))!;

        Assert.Equal((20, 10), (body["from"]!.GetValue<int>(), body["size"]!.GetValue<int>()));
        JsonNode clause = body["query"]!["bool"]!["should"]![0]!["bool"]!;
        Assert.Equal("a", clause["must"]![0]!["match_phrase_prefix"]!["extracted_text"]!["query"]!.GetValue<string>());
        Assert.Equal(
            ["b", "c } d"],
            clause["must"]![1]!["bool"]!["should"]!
                .AsArray()
                .Select(choice => choice!["match_phrase"]!["extracted_text"]!["query"]!.GetValue<string>())
        );
        Assert.Equal("e", clause["must_not"]![0]!["match_phrase"]!["extracted_text"]!["query"]!.GetValue<string>());
        Assert.Equal("pages", body["query"]!["bool"]!["should"]![1]!["nested"]!["path"]!.GetValue<string>());
    }

    [Fact]
    public async Task Documents_are_found_through_the_alias()
    {
        using OpenSearchClient client = server.Connect($"s{Guid.NewGuid():N}");
        await new IndexSetup(client).InitAsync(Stop);
        byte[] source = """{"file_id":"b/k","s3_key":"k","file_name":"k.pdf"}"""u8.ToArray();
        await new OpenSearchIndex(client).BulkAsync([new IndexDocument("b/k", 1, null!, source)], Stop);

        SearchHits found = await FindAsync(client);

        SearchHit hit = Assert.Single(found.Hits);
        Assert.Equal(("b/k", "k", "k.pdf", null, 1L), (hit.FileId, hit.Key, hit.FileName, hit.Page, found.Total));
    }

    [Theory]
    [InlineData(401, Outcome.AccessDenied, "does not let this user search")]
    [InlineData(403, Outcome.AccessDenied, "es:ESHttpPost")]
    [InlineData(400, Outcome.IndexRefused, "cis index diff")]
    public async Task A_refusal_is_told_in_a_sentence(int status, Outcome outcome, string sentence)
    {
        using OpenSearchClient client = Refusing(status, """{"error":{"type":"x","reason":"because"}}""");

        ReadException refused = await Assert.ThrowsAsync<ReadException>(() => FindAsync(client));

        Assert.Equal(outcome, refused.Outcome);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Contains("because", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_a_wrong_setting()
    {
        using OpenSearchClient client = server.Connect($"s{Guid.NewGuid():N}");

        Assert.True((await Assert.ThrowsAsync<TransientException>(() => FindAsync(client))).IsWrongSetting);
    }

    [Theory]
    [InlineData(503, "{}")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"hits":{"hits":[{"_source":{"file_id":{}}}]}}""")]
    [InlineData(200, """{"hits":{"hits":"many"}}""")]
    [InlineData(200, """{"_shards":{"failed":2},"hits":{"hits":[]}}""")]
    public async Task An_answer_that_is_none_is_a_fault_that_may_pass(int status, string body)
    {
        using OpenSearchClient client = Refusing(status, body);

        Assert.False((await Assert.ThrowsAsync<TransientException>(() => FindAsync(client))).IsWrongSetting);
    }

    [Theory]
    [InlineData("""{"hits":{"hits":[null,{}]}}""")]
    [InlineData(
        """{"hits":{"hits":[{"_id":"","highlight":{"a":null},"inner_hits":{"pages":{"hits":{"hits":[null]}}}}]}}"""
    )]
    public async Task What_an_answer_lacks_is_empty(string body)
    {
        using OpenSearchClient client = Refusing(200, body);

        SearchHit hit = Assert.Single((await FindAsync(client)).Hits);

        Assert.Equal(("", "", null, 0), (hit.FileId, hit.Key, hit.Page, hit.Context.Count));
    }

    private OpenSearchClient Refusing(int status, string body)
    {
        string index = $"s{Guid.NewGuid():N}";
        server.Refuse = request =>
            request.Path.StartsWith("/" + index, StringComparison.Ordinal) ? (status, body) : null;
        return server.Connect(index);
    }

    private static Task<SearchHits> FindAsync(OpenSearchClient client) =>
        new IndexSearch(client).FindAsync(SearchQuery.Parse("zebra"), 0, 10, Stop);
}
