using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Reindexing;

/// <summary>Counts documents.</summary>
internal sealed class DocumentCount(OpenSearchClient client)
{
    private readonly IndexCalls _calls = new(client);

    /// <summary>How many an index has, the last ones written counted.</summary>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<long> OfAsync(string index, CancellationToken cancellationToken)
    {
        string name = Uri.EscapeDataString(index);
        await _calls.DoAsync(HttpMethod.Post, $"{name}/_refresh", body: null, cancellationToken);
        CountAnswer? answer = await _calls.GetAsync(
            $"{name}/_count",
            ReindexJson.Default.CountAnswer,
            cancellationToken
        );
        return answer?.Count ?? throw new ReindexException($"the index {index} has gone");
    }
}
