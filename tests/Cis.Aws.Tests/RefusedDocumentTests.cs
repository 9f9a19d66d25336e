using System.Text;
using Cis.Aws.Indexing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

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
                IndexStatus.Busy,
                IndexStatus.Busy,
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

        SeenRequest request = Assert.Single(_server.Requests);
        string pair = Convert.ToBase64String("us@er:pa:ss"u8);
        Assert.Equal($"Basic {pair}", request.Headers["Authorization"]);
        Assert.Equal("/prefix/cis-files/_bulk", request.Path);
    }

    private async Task<IReadOnlyList<IndexResult>> WriteAsync(params string[] ids)
    {
        using OpenSearchClient client = _server.Connect("files");
        return await new OpenSearchIndex(client).BulkAsync(ids.Select(Document).ToArray(), Stop);
    }

    private static IndexDocument Document(string id) => new(id, 1, Record: null!, "{}"u8.ToArray());
}
