using System.Diagnostics;
using Cis.Worker.Ports;
using Cis.Worker.Resilience;
using Cis.Worker.Tracing;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Indexing;

/// <summary>
/// Writes documents in batches. Each document's own answer counts at once; one that the index was too busy for goes into
/// a later batch, until its timeout, and holds none of those that it came with.
/// </summary>
internal sealed class BulkIndexer : IDisposable
{
    // The queue keeps a message hidden for no longer.
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(12);

    private readonly IDocumentIndex _index;
    private readonly DependencyGuard _guard;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly WorkerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationToken _abandon;
    private readonly Batcher<IndexDocument, IndexResult> _batches;
    private readonly BusyDocuments _busy = new();

    /// <summary>An indexer.</summary>
    /// <param name="index">The index.</param>
    /// <param name="guard">Knows whether it is down: then one document at a time tries.</param>
    /// <param name="batch">When a batch is sent.</param>
    /// <param name="timeout">How long a document is tried.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts batches.</param>
    /// <param name="logger">The log.</param>
    /// <param name="abandon">Ends all trying.</param>
    internal BulkIndexer(
        IDocumentIndex index,
        DependencyGuard guard,
        BatchLimits batch,
        TimeSpan timeout,
        TimeProvider time,
        WorkerMetrics metrics,
        ILogger logger,
        CancellationToken abandon
    )
    {
        _index = index;
        _guard = guard;
        _timeout = timeout < MaxTimeout ? timeout : MaxTimeout;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _abandon = abandon;
        _batches = new(batch, document => (document.Id, document.Source.Length), SendAsync, time);
    }

    /// <summary>Writes a document in a bulk with others.</summary>
    /// <returns>
    /// <see cref="IndexStatus.Busy"/> or <see cref="IndexStatus.Unavailable"/> after the timeout: the caller tries
    /// again much later.
    /// </returns>
    internal async Task<IndexResult> IndexAsync(IndexDocument document)
    {
        long start = _time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            IndexResult result = await _batches.AddAsync(document);
            bool isOpen = result.Status is IndexStatus.Busy or IndexStatus.Unavailable;
            if (!isOpen || !await WaitAsync(retry, result.RetryAfter, _timeout - _time.GetElapsedTime(start)))
            {
                return result with { IsAlone = isOpen && _busy.IsAlone(document.Id) };
            }
        }
    }

    /// <summary>Stops, once no message is in flight.</summary>
    public void Dispose() => _batches.Dispose();

    private async Task<IReadOnlyList<IndexResult>> SendAsync(IReadOnlyList<IndexDocument> documents)
    {
        using Activity? span = WorkerTraces.StartBulk(documents);
        try
        {
            long asked = _time.GetTimestamp();
            IReadOnlyList<IndexResult> results = await _index.BulkAsync(documents, _abandon);
            _metrics.BulkSent(documents.Count);
            LogMessages.BulkSent(_logger, documents.Count, (long)_time.GetElapsedTime(asked).TotalMilliseconds);
            Learn(documents, results);
            return results;
        }
        catch (TransientException e)
        {
            WorkerTraces.Failed(span, e);
            Fail(e.Message, isForAPerson: !e.IsWorthRetrying);
            IndexStatus status = e.IsWorthRetrying ? IndexStatus.Busy : IndexStatus.Unavailable;
            return All(documents, new IndexResult(status, e.Message) { RetryAfter = e.RetryAfter });
        }
        catch (OperationCanceledException)
        {
            return All(documents, new(IndexStatus.Busy, "the worker was stopped before the index answered"));
        }
    }

    // An answer is no success if no document of it is: so is an index whose disk is full. Nor is it a failure of the index if
    // only those are busy that were so while others were taken: their shard is lost, or asked too much.
    private void Learn(IReadOnlyList<IndexDocument> documents, IReadOnlyList<IndexResult> results)
    {
        bool isNews = _busy.Learn(documents, results);
        if (results.Any(result => result.Status is IndexStatus.Indexed or IndexStatus.Superseded))
        {
            _guard.Succeeded();
            return;
        }

        IndexResult worst = results.MaxBy(result => result.Status);
        if (worst.Status == IndexStatus.Busy && !isNews)
        {
            LogMessages.CallFailed(_logger, Dependency.Index, worst.Reason ?? "it is busy for some documents");
        }
        else if (worst.Status is IndexStatus.Busy or IndexStatus.Unavailable)
        {
            Fail(worst.Reason ?? "it takes no document", worst.Status == IndexStatus.Unavailable);
        }
        else
        {
            _guard.Answered();
        }
    }

    private void Fail(string reason, bool isForAPerson)
    {
        LogMessages.CallFailed(_logger, Dependency.Index, reason);
        _guard.Failed(reason, isForAPerson);
    }

    private static IndexResult[] All(IReadOnlyList<IndexDocument> documents, IndexResult result)
    {
        var results = new IndexResult[documents.Count];
        Array.Fill(results, result);
        return results;
    }

    private async Task<bool> WaitAsync(int retry, TimeSpan? asked, TimeSpan left)
    {
        TimeSpan delay = Backoff.Standard.DelayOf(retry, asked);
        try
        {
            if (!_guard.Breaker.IsOpen)
            {
                await Task.Delay(delay < left ? delay : TimeSpan.Zero, _time, _abandon);
                return delay < left;
            }

            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            using var timeout = new CancellationTokenSource(left, _time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abandon);
            await _guard.Breaker.Turns.WaitAsync(end.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
