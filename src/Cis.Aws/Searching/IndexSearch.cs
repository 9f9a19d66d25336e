using System.Net;
using Cis.Aws.Indexing;
using Cis.Pages;
using Cis.Searching;
using Cis.Worker.Ports;

namespace Cis.Aws.Searching;

/// <summary>Finds documents in OpenSearch's index by their words.</summary>
public sealed class IndexSearch(OpenSearchClient client)
{
    private readonly string _index = client.Options.Index;

    /// <summary>Searches.</summary>
    /// <param name="query">What for.</param>
    /// <param name="skip">How many of the best are left out.</param>
    /// <param name="count">The most hits wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">OpenSearch does not answer, or there is no such index.</exception>
    /// <exception cref="ReadException">It refuses.</exception>
    public async Task<SearchHits> FindAsync(SearchQuery query, int skip, int count, CancellationToken cancellationToken)
    {
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Post,
            $"{Uri.EscapeDataString(_index)}/_search",
            SearchRequest.Write(query, skip, count),
            "application/json",
            cancellationToken
        );
        if (!answer.IsSuccess)
        {
            throw Refusal(answer);
        }

        return SearchAnswer.Read(answer.Body) switch
        {
            null => throw client.Fault(answer, "reading the answer to _search"),
            { FailedShards: > 0 and var failed } => throw new TransientException(
                Dependency.Index,
                $"searching {_index} (OpenSearch at {client.Host}): {failed} of its shards did not answer"
            ),
            var found => found.Found(),
        };
    }

    private Exception Refusal(OpenSearchAnswer answer) =>
        answer.Status switch
        {
            HttpStatusCode.NotFound => new IndexTarget(client).Missing(),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ReadException(
                Outcome.AccessDenied,
                $"OpenSearch at {client.Host} does not let this user search {_index} (es:ESHttpPost on {_index}/_search): "
                    + $"status {(int)answer.Status} {answer.Excerpt}"
            ),
            HttpStatusCode.BadRequest => new ReadException(
                Outcome.IndexRefused,
                $"OpenSearch at {client.Host} cannot search {_index}, whose fields may be others than documents need (see cis "
                    + $"index diff): {answer.Excerpt}"
            ),
            _ => client.Fault(answer, $"searching {_index}"),
        };
}
