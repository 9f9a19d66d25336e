using System.Text;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

public sealed class RefusedDocumentTests : IAsyncLifetime
{
    private readonly StubOpenSearch _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_document_of_a_half_failing_batch_has_its_own_result()
    {
        _server.Failing["busy"] = (429, "opensearch_rejected_execution_exception");
        _server.Failing["down"] = (503, "unavailable_shards_exception");
        _server.Failing["bad"] = (400, "mapper_parsing_exception");
        _server.Failing["locked"] = (403, "cluster_block_exception");
        _server.Failing["nowhere"] = (404, "index_not_found_exception");

        IReadOnlyList<IndexResult> results = await WriteAsync("busy", "good", "down", "bad", "locked", "nowhere");

        Assert.Equal(
            [
                IndexStatus.Busy,
                IndexStatus.Indexed,
                IndexStatus.Busy,
                IndexStatus.Refused,
                IndexStatus.Unavailable,
                IndexStatus.Unavailable,
            ],
            results.Select(result => result.Status)
        );
        Assert.Equal("mapper_parsing_exception (400): as asked", results[3].Reason);
    }

    [Fact]
    public async Task A_refused_batch_is_to_be_tried_again_when_the_index_says()
    {
        _server.RetryAfter = "7";
        _server.Refuse = _ => (429, """{"error":"too many"}""");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => WriteAsync("a"));

        Assert.True(fault.IsWorthRetrying);
        Assert.Equal(TimeSpan.FromSeconds(7), fault.RetryAfter);
        Assert.Equal(Dependency.Index, fault.Dependency);
    }

    [Fact]
    public async Task Refused_credentials_take_a_person_to_put_right()
    {
        _server.Refuse = _ => (403, """{"message":"The security token included in the request is expired"}""");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => WriteAsync("a"));

        Assert.False(fault.IsWorthRetrying);
        Assert.Contains("security token", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_goes_in_halves_and_only_the_culprit_is_refused()
    {
        _server.Refuse = request =>
            Encoding.UTF8.GetString(request.Body).Contains("\"huge\"", StringComparison.Ordinal)
                ? (413, "Request size exceeded 10485760 bytes")
                : null;

        IReadOnlyList<IndexResult> results = await WriteAsync("a", "b", "huge", "c", "d");

        Assert.Equal(IndexStatus.Refused, results[2].Status);
        Assert.Contains("413", results[2].Reason!, StringComparison.Ordinal);
        Assert.Equal(4, results.Count(result => result.Status == IndexStatus.Indexed));
    }

    [Fact]
    public async Task An_index_name_that_cannot_be_is_no_document_s_fault()
    {
        _server.Refuse = _ =>
            (400, """{"error":{"type":"invalid_index_name_exception","reason":"must be lowercase"}}""");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => WriteAsync("a"));

        Assert.False(fault.IsWorthRetrying);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>gateway</html>")]
    [InlineData("""{"items":[]}""")]
    public async Task An_answer_that_is_none_is_no_success(string body)
    {
        _server.Refuse = _ => (200, body);

        await Assert.ThrowsAsync<TransientException>(() => WriteAsync("a"));
    }

    [Theory]
    [InlineData(429, "cluster_block_exception", "index [f] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded]")]
    [InlineData(400, "index_closed_exception", "closed")]
    [InlineData(400, "illegal_argument_exception", "no write index is defined for alias [f].")]
    [InlineData(400, "illegal_argument_exception", "pipeline with id [parse] does not exist")]
    [InlineData(400, "illegal_argument_exception", "Document ID is not supported in create/index operation request")]
    [InlineData(400, "illegal_argument_exception", "Limit of total fields [1000] has been exceeded")]
    [InlineData(
        400,
        "illegal_argument_exception",
        "only write ops with an op_type of create are allowed in data streams"
    )]
    [InlineData(400, "validation_exception", "this action would add [2] total shards, but this cluster has [1000]")]
    [InlineData(401, "unauthorized_exception", "no")]
    [InlineData(403, "authorization_exception", "no")]
    public async Task An_index_that_takes_no_document_is_no_document_s_fault(int status, string type, string reason)
    {
        _server.Failing["a"] = (status, type);
        _server.FailingReason = reason;

        IndexResult result = Assert.Single(await WriteAsync("a"));

        Assert.Equal((IndexStatus.Unavailable, type), (result.Status, result.Code));
        Assert.Contains(reason, result.Reason!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(408, "timeout_exception", IndexStatus.Busy)]
    [InlineData(429, "rejected_execution_exception", IndexStatus.Busy)]
    [InlineData(503, "unavailable_shards_exception", IndexStatus.Busy)]
    [InlineData(400, "mapper_parsing_exception", IndexStatus.Refused)]
    [InlineData(400, "illegal_argument_exception", IndexStatus.Refused)]
    [InlineData(418, "a_code_of_no_list", IndexStatus.Refused)]
    public async Task A_document_s_answer_says_whether_it_is_to_be_tried_again(
        int status,
        string type,
        IndexStatus expected
    )
    {
        _server.Failing["a"] = (status, type);
        _server.FailingReason = "Document contains at least one immense term in field";

        IndexResult result = Assert.Single(await WriteAsync("a"));

        Assert.Equal((expected, type), (result.Status, result.Code));
    }

    [Theory]
    [InlineData(400, "<html>The plain HTTP request was sent to HTTPS port</html>")]
    [InlineData(400, "")]
    [InlineData(403, "<html>Forbidden</html>")]
    [InlineData(301, "")]
    [InlineData(400, "{\"error\":{\"type\":\"index_closed_exception\",\"reason\":\"closed\"}}")]
    public async Task A_request_that_a_proxy_refuses_is_no_document_s_fault(int status, string body)
    {
        _server.Refuse = request => request.Path.Contains("_bulk", StringComparison.Ordinal) ? (status, body) : null;

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() => WriteAsync("a", "b"));

        Assert.Equal((Dependency.Index, false), (fault.Dependency, fault.IsWorthRetrying));
    }

    [Fact]
    public async Task A_request_that_one_line_of_it_makes_invalid_is_that_document_s_fault()
    {
        _server.Refuse = request =>
            Encoding.UTF8.GetString(request.Body).Contains("\"odd\"", StringComparison.Ordinal)
                ? (400, """{"error":{"type":"x_content_parse_exception","reason":"unknown parameter"},"status":400}""")
                : null;

        IReadOnlyList<IndexResult> results = await WriteAsync("a", "odd", "b");

        Assert.Equal(
            [IndexStatus.Indexed, IndexStatus.Refused, IndexStatus.Indexed],
            results.Select(result => result.Status)
        );
        Assert.Equal("x_content_parse_exception", results[1].Code);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_not_made_by_writing_to_it()
    {
        using OpenSearchClient client = _server.Connect("misspelt");

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() =>
            new OpenSearchIndex(client).BulkAsync([Document("a")], Stop)
        );

        Assert.Equal((false, true), (fault.IsWorthRetrying, fault.IsWrongSetting));
        Assert.Contains("cis index init", fault.Message, StringComparison.Ordinal);
        Assert.Contains("misspelt", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, request => request.Path.Contains("_bulk", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alias_is_required_with_each_request_and_an_index_of_the_old_worker_is_served()
    {
        using OpenSearchClient made = _server.Connect("files");
        await new IndexSetup(made).InitAsync(Stop);
        using OpenSearchClient old = await _server.MakeAsync("old-files");

        await new OpenSearchIndex(made).BulkAsync([Document("a")], Stop);
        IndexResult result = Assert.Single(await new OpenSearchIndex(old).BulkAsync([Document("a")], Stop));

        Assert.Equal(IndexResult.Indexed, result);
        Assert.Equal(
            ["/files/_bulk?require_alias=true", "/old-files/_bulk"],
            _server
                .Requests.Select(request => request.Path)
                .Where(path => path.Contains("_bulk", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_fault_that_may_pass()
    {
        using var client = new OpenSearchClient(new() { Endpoint = $"http://127.0.0.1:{ServerProcess.FreePort()}" });

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() =>
            new OpenSearchIndex(client).BulkAsync([Document("a")], Stop)
        );

        Assert.True(fault.IsWorthRetrying);
    }

    [Fact]
    public async Task A_user_s_password_goes_with_each_request()
    {
        var options = new OpenSearchOptions
        {
            Endpoint = $"http://us%40er:pa%3Ass@127.0.0.1:{_server.Url.Port}/prefix",
        };
        using var client = new OpenSearchClient(options);
        _server.Refuse = _ => (200, """{"items":[{"index":{"status":201}}]}""");

        await new OpenSearchIndex(client).BulkAsync([Document("a")], Stop);

        Assert.Equal(2, _server.Requests.Count); // what the name stands for is asked first
        SeenRequest request = _server.Requests.Last();
        string pair = Convert.ToBase64String("us@er:pa:ss"u8);
        Assert.Equal($"Basic {pair}", request.Headers["Authorization"]);
        Assert.Equal("/prefix/cis-files/_bulk?require_alias=true", request.Path);
    }

    private async Task<IReadOnlyList<IndexResult>> WriteAsync(params string[] ids)
    {
        using OpenSearchClient client = await ConnectAsync();
        return await new OpenSearchIndex(client).BulkAsync(ids.Select(Document).ToArray(), Stop);
    }

    private async Task<OpenSearchClient> ConnectAsync()
    {
        Func<SeenRequest, (int, string)?>? refuse = _server.Refuse;
        _server.Refuse = null;
        OpenSearchClient client = await _server.MakeAsync("files");
        _server.Refuse = refuse;
        return client;
    }

    private static IndexDocument Document(string id) => new(id, 1, Record: null!, "{}"u8.ToArray());
}
