using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>An index of OpenSearch, written to by <c>_bulk</c>.</summary>
public sealed class OpenSearchIndex(OpenSearchClient client) : IDocumentIndex
{
    private readonly IndexTarget _target = new(client);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    )
    {
        var results = new IndexResult[documents.Count];
        await WriteAsync(documents.ToArray(), results, cancellationToken);
        return results;
    }

    private async Task WriteAsync(
        ReadOnlyMemory<IndexDocument> documents,
        Memory<IndexResult> results,
        CancellationToken cancellationToken
    )
    {
        OpenSearchAnswer answer = await client.SendAsync(
            HttpMethod.Post,
            await _target.BulkPathAsync(cancellationToken),
            BulkRequest.Write(documents.Span),
            "application/x-ndjson",
            cancellationToken
        );
        if (IndexFault.IsOfSomeDocument(answer))
        {
            await WriteHalvesAsync(answer, documents, results, cancellationToken);
            return;
        }

        if (!answer.IsSuccess)
        {
            _target.Forget();
            throw client.Fault(answer, "writing documents");
        }

        string[] ids = Array.ConvertAll(documents.ToArray(), document => document.Id);
        IReadOnlyList<IndexResult> items =
            BulkAnswer.Read(answer.Body, ids) ?? throw client.Fault(answer, "reading the answer to _bulk");
        for (int i = 0; i < items.Count; i++)
        {
            results.Span[i] = items[i];
            if (items[i].Status == IndexStatus.Unavailable)
            {
                _target.Forget();
            }
        }
    }

    // The whole request is refused for its size, or for one line of it: the halves find out which.
    private async Task WriteHalvesAsync(
        OpenSearchAnswer answer,
        ReadOnlyMemory<IndexDocument> documents,
        Memory<IndexResult> results,
        CancellationToken cancellationToken
    )
    {
        if (documents.Length == 1)
        {
            results.Span[0] = new(
                IndexStatus.Refused,
                $"status {(int)answer.Status}: {answer.Excerpt}",
                IndexFault.CodeOf(answer)
            );
            return;
        }

        int half = documents.Length / 2;
        await WriteAsync(documents[..half], results[..half], cancellationToken);
        await WriteAsync(documents[half..], results[half..], cancellationToken);
    }
}
