using System.Net;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Fuzz.Targets;

/// <summary>OpenSearch's answers to a batch; the first byte says how many documents were sent, and which status came.</summary>
internal sealed class BulkTarget : FuzzTarget
{
    private static readonly HttpStatusCode[] s_statuses =
    [
        HttpStatusCode.OK,
        HttpStatusCode.BadRequest,
        HttpStatusCode.Forbidden,
        HttpStatusCode.RequestEntityTooLarge,
    ];

    internal override int LeastEdges => 170;

    internal override IReadOnlyList<string> Words =>
        [
            "{\"items\":[",
            "{\"index\":{",
            "\"status\":201",
            "\"_id\":\"a\"",
            "\"_id\":\"b\"",
            "\"error\":\"a text\"",
            "\"status\":400",
            "\"status\":409",
            "\"status\":429",
            "\"error\":{",
            "\"type\":\"mapper_parsing_exception\"",
            "\"type\":\"cluster_block_exception\"",
            "\"type\":\"version_conflict_engine_exception\"",
            "\"reason\":\"limit of total fields\"",
            "\"caused_by\":{",
            "\"reason\":\"document id is not supported\"",
            "\"took\":3",
            "null",
            "[]",
            "{}",
            "}",
            "]",
            ",",
        ];

    private static readonly string[] s_ids = ["a", "b", "a", ""];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string[] ids = [.. s_ids.Take(input[0] % 4 + 1)];
        byte[] body = input[1..].ToArray();
        IReadOnlyList<IndexResult>? results = BulkAnswer.Read(body, ids);
        Demand(results is null || results.Count == ids.Length, "not a result for each document");
        foreach (IndexResult result in results ?? [])
        {
            Demand(Enum.IsDefined(result.Status), "a result that is none");
            Demand(result.Status == IndexStatus.Indexed || result.Reason is not null, "a failure without a reason");
        }

        var answer = new OpenSearchAnswer(s_statuses[input[0] / 4 % s_statuses.Length], body, RetryAfter: null);
        _ = IndexFault.IsOfSomeDocument(answer);
        Demand(IndexFault.CodeOf(answer) is { Length: >= 0 }, "a refusal without a code");
        Demand(answer.Excerpt is not null, "an answer without an excerpt");
    }
}
