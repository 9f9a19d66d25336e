using System.Text;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Indexing;

/// <summary>Answers to <c>_bulk</c> as clusters, collections and what stands before them give them.</summary>
public sealed class BulkAnswerTests
{
    private const string Done = """{"index":{"_id":"ID","status":201}}""";

    private static string DoneOf(string id) => Done.Replace("ID", id, StringComparison.Ordinal);

    private static string Failed(int status, string error, string id = "a") =>
        $$$"""{"index":{"_id":"{{{id}}}","status":{{{status}}},"error":{{{error}}}}}""";

    private static IReadOnlyList<IndexResult>? Read(string items, params string[] ids) =>
        BulkAnswer.Read(Encoding.UTF8.GetBytes($$"""{"took":1,"errors":true,"items":[{{items}}]}"""), ids);

    private static IndexStatus[] Statuses(string items, params string[] ids) =>
        [.. Read(items, ids)!.Select(result => result.Status)];

    [Theory]
    // 429 of all kinds: one is the index's, the others pass.
    [InlineData(429, "cluster_block_exception", "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded]", 4)]
    [InlineData(429, "rejected_execution_exception", "rejected execution of coordinating operation", 3)]
    [InlineData(429, "circuit_breaking_exception", "[parent] Data too large", 3)]
    [InlineData(429, "throttling_exception", "Rate exceeded", 3)]
    [InlineData(429, "a_code_of_no_list", "whatever", 3)]
    // 400: the index's, or one document's.
    [InlineData(400, "index_closed_exception", "closed", 4)]
    [InlineData(400, "illegal_argument_exception", "no write index is defined for alias [cis]", 4)]
    [InlineData(400, "illegal_argument_exception", "Alias [cis] has more than one index associated with it", 4)]
    [InlineData(400, "illegal_argument_exception", "pipeline with id [ocr] does not exist", 4)]
    [InlineData(400, "illegal_argument_exception", "Limit of total fields [1000] has been exceeded", 4)]
    [InlineData(400, "illegal_argument_exception", "Document ID is not supported in create/index operation request", 4)]
    [InlineData(
        400,
        "illegal_argument_exception",
        "only write ops with an op_type of create are allowed in data streams",
        4
    )]
    [InlineData(400, "validation_exception", "this action would add [2] total shards, but this cluster has 1000", 4)]
    [InlineData(400, "routing_missing_exception", "routing is required for [cis]/[1]", 4)]
    [InlineData(400, "mapper_parsing_exception", "failed to parse field [last_modified] of type [date]", 2)]
    [InlineData(400, "document_parsing_exception", "[1:20] object mapping for [x] tried to parse as object", 2)]
    [InlineData(400, "strict_dynamic_mapping_exception", "mapping set to strict, dynamic introduction of [x]", 2)]
    [InlineData(400, "illegal_argument_exception", "Document contains at least one immense term in field=\"x\"", 2)]
    [InlineData(400, "illegal_argument_exception", "id [x] is too long, must be no longer than 512 bytes", 2)]
    [InlineData(413, "content_too_long_exception", "entity content is too long", 2)]
    [InlineData(400, "a_code_of_no_list", "whatever", 2)]
    [InlineData(401, "unauthorized_exception", "who", 4)]
    [InlineData(403, "authorization_exception", "no", 4)]
    [InlineData(403, "a_code_of_no_list", "no", 4)]
    [InlineData(404, "index_not_found_exception", "no such index [cis]", 4)]
    [InlineData(408, "timeout_exception", "slow", 3)]
    [InlineData(409, "version_conflict_engine_exception", "newer", 1)]
    [InlineData(409, "illegal_index_shard_state_exception", "moving", 3)]
    [InlineData(500, "null_pointer_exception", "", 3)]
    [InlineData(503, "unavailable_shards_exception", "primary shard is not active", 3)]
    public void An_item_s_code_says_whose_fault_it_is(int status, string type, string reason, int kind)
    {
        string error =
            $$"""{"type":"{{type}}","reason":"{{reason.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}""";

        Assert.Equal([(IndexStatus)kind], Statuses(Failed(status, error), "a"));
    }

    [Fact]
    public void Items_in_another_order_count_for_the_documents_that_they_name()
    {
        string items = $"{DoneOf("c")},{Failed(400, """{"type":"mapper_parsing_exception"}""")},{DoneOf("b")}";

        Assert.Equal([IndexStatus.Refused, IndexStatus.Indexed, IndexStatus.Indexed], Statuses(items, "a", "b", "c"));
    }

    [Fact]
    public void Missing_items_take_nothing_from_those_that_are_there()
    {
        Assert.Equal([IndexStatus.Busy, IndexStatus.Indexed, IndexStatus.Busy], Statuses(DoneOf("b"), "a", "b", "c"));
        // What names none of them cannot be told apart where some are missing.
        Assert.Null(Read("""{"index":{"status":201}}""", "a", "b"));
    }

    [Fact]
    public void An_item_twice_is_no_answer_to_another_document()
    {
        Assert.Equal([IndexStatus.Indexed, IndexStatus.Busy], Statuses($"{DoneOf("a")},{DoneOf("a")}", "a", "b"));
        Assert.Equal(
            [IndexStatus.Indexed, IndexStatus.Superseded],
            Statuses(DoneOf("a") + """,{"index":{"_id":"a","status":409}}""", "a", "a")
        );
    }

    [Fact]
    public void Items_without_a_name_or_with_one_of_the_index_s_own_go_by_their_place()
    {
        string items =
            """{"index":{"status":201}},{"index":{"_id":"4711","status":429}},{"create":{"_id":"","status":403}}""";

        Assert.Equal([IndexStatus.Indexed, IndexStatus.Busy, IndexStatus.Unavailable], Statuses(items, "a", "b", "c"));
    }

    [Theory]
    [InlineData("""{"index":{"_id":"a","status":400,"error":"MapperParsingException[failed]"}}""", IndexStatus.Refused)]
    [InlineData(
        """{"index":{"_id":"a","status":400,"error":"pipeline with id [x] does not exist"}}""",
        IndexStatus.Unavailable
    )]
    [InlineData("""{"index":{"_id":"a","status":400,"error":{"type":7,"reason":{}}}}""", IndexStatus.Refused)]
    [InlineData("""{"index":{"_id":"a","status":400,"error":{"type":"\ud800","reason":null}}}""", IndexStatus.Refused)]
    [InlineData("""{"index":{"_id":"a","status":"201"}}""", IndexStatus.Busy)]
    [InlineData("""{"index":{"_id":"a","status":99999999999}}""", IndexStatus.Busy)]
    [InlineData("""{"index":{"_id":"a","error":{"type":"index_closed_exception"}}}""", IndexStatus.Unavailable)]
    [InlineData("""{"index":{"_id":"a","error":{"type":"mapper_parsing_exception"}}}""", IndexStatus.Busy)]
    [InlineData("""{"index":[]}""", IndexStatus.Busy)]
    [InlineData("7", IndexStatus.Busy)]
    [InlineData("{}", IndexStatus.Busy)]
    [InlineData("[]", IndexStatus.Busy)]
    public void An_item_of_an_odd_form_is_its_own_affair(string odd, IndexStatus status)
    {
        Assert.Equal([status, IndexStatus.Indexed], Statuses($"{odd},{DoneOf("b")}", "a", "b"));
    }

    [Fact]
    public void A_long_chain_of_causes_is_its_own_affair()
    {
        string error = "{}";
        for (int i = 0; i < 100; i++)
        {
            error = $$$"""{"type":"t","reason":"r","caused_by":{{{error}}}}""";
        }

        Assert.Equal(
            [IndexStatus.Refused, IndexStatus.Indexed],
            Statuses($"{Failed(400, error)},{DoneOf("b")}", "a", "b")
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><title>Sign in</title></html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"message":"Forbidden"}""")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"items":{}}""")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[{"index":{"_id":"a","status":201}},{"index":{"_id":"b","sta""")]
    public void What_is_no_answer_says_nothing_of_any_document(string body)
    {
        Assert.Null(BulkAnswer.Read(Encoding.UTF8.GetBytes(body), ["a", "b"]));
    }
}
