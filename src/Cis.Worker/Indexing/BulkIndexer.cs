using Cis.Worker.Ports;
using Cis.Worker.Resilience;

namespace Cis.Worker.Indexing;

/// <summary>
/// Writes documents in batches. Each document has its own answer; those that the index was too busy for are tried
/// again, alone, for as long as there is patience.
/// </summary>
internal sealed class BulkIndexer : IAsyncDisposable
{
    private readonly IDocumentIndex _index;
    private readonly DependencyGuard _guard;
    private readonly RetryLimits _limits;
    private readonly TimeProvider _time;
    private readonly WorkerMetrics _metrics;
    private readonly CancellationToken _abandon;
    private readonly Batcher<IndexDocument, IndexResult> _batches;

    /// <summary>An indexer.</summary>
    /// <param name="index">The index.</param>
    /// <param name="guard">Knows whether it is down. What it retries are whole calls.</param>
    /// <param name="batch">When a batch is sent.</param>
    /// <param name="limits">For the documents that it was too busy for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts batches.</param>
    /// <param name="abandon">Ends all trying.</param>
    internal BulkIndexer(
        IDocumentIndex index,
        DependencyGuard guard,
        BatchLimits batch,
        RetryLimits limits,
        TimeProvider time,
        WorkerMetrics metrics,
        CancellationToken abandon
    )
    {
        _index = index;
        _guard = guard;
        _limits = limits;
        _time = time;
        _metrics = metrics;
        _abandon = abandon;
        _batches = new(batch, document => (document.Id, document.Source.Length), SendAsync, time);
    }

    /// <summary>Writes a document, with others.</summary>
    /// <returns><see cref="IndexStatus.Busy"/> if patience ran out: the caller tries again much later.</returns>
    internal Task<IndexResult> IndexAsync(IndexDocument document) => _batches.AddAsync(document);

    /// <summary>Sends what waits, and waits for the answers.</summary>
    internal Task FlushAsync() => _batches.FlushAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private async Task<IReadOnlyList<IndexResult>> SendAsync(IReadOnlyList<IndexDocument> documents)
    {
        var results = new IndexResult[documents.Count];
        List<int> open = [.. Enumerable.Range(0, documents.Count)];
        long start = _time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            IReadOnlyList<IndexResult> answers = await TrySendAsync([.. open.Select(i => documents[i])]);
            for (int i = 0; i < open.Count; i++)
            {
                results[open[i]] = answers[i];
            }

            open.RemoveAll(i => results[i].Status != IndexStatus.Busy);
            TimeSpan delay = _limits.Backoff.DelayOf(retry);
            if (open.Count == 0 || _time.GetElapsedTime(start) + delay > _limits.Patience || !await WaitAsync(delay))
            {
                return results;
            }
        }
    }

    private async Task<IReadOnlyList<IndexResult>> TrySendAsync(IReadOnlyList<IndexDocument> documents)
    {
        try
        {
            IReadOnlyList<IndexResult> results = await _guard.CallAsync(
                token => _index.BulkAsync(documents, token),
                _abandon
            );
            _metrics.BulkSent(documents.Count);
            return results;
        }
        catch (TransientException e)
        {
            return AllBusy(documents, e.Message);
        }
        catch (OperationCanceledException)
        {
            return AllBusy(documents, "the worker was stopped before the index answered");
        }
    }

    private static IndexResult[] AllBusy(IReadOnlyList<IndexDocument> documents, string reason)
    {
        var results = new IndexResult[documents.Count];
        Array.Fill(results, new IndexResult(IndexStatus.Busy, reason));
        return results;
    }

    private async Task<bool> WaitAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _time, _abandon);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
