using Cis.Worker.Ports;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Queueing;

/// <summary>
/// Deletes settled messages and returns others to the queue, in batches. An entry that the queue could not serve is tried again:
/// of a batch, each entry has its own result.
/// </summary>
internal sealed class MessageAcker : IDisposable
{
    // After these, a message simply becomes visible again by itself: its document is found done and deleted then.
    private const int MaxRetries = 5;

    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(200);

    private readonly IMessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Batcher<QueueMessage, EntryResult> _deletes;
    private readonly Batcher<VisibilityChange, EntryResult> _releases;

    internal MessageAcker(IMessageQueue queue, TimeProvider time, ILogger logger)
    {
        _queue = queue;
        _time = time;
        _logger = logger;
        var limits = new BatchLimits(IMessageQueue.BatchLimit, long.MaxValue, GatherTime, Parallel: 4);
        _deletes = new(limits, message => (message.Receipt, 0), DeleteAsync, time);
        _releases = new(limits with { Age = GatherTime / 4 }, change => (change.Receipt, 0), ReleaseAsync, time);
    }

    /// <summary>Deletes a message.</summary>
    /// <returns>Whether it is gone for good; if not, it will be received again.</returns>
    internal async Task<bool> DeleteAsync(QueueMessage message)
    {
        EntryResult result = await _deletes.AddAsync(message);
        if (result.Status != EntryStatus.Done)
        {
            LogMessages.DeleteFailed(_logger, message.Id, result.Reason ?? "no reason was given");
        }

        return result.Status == EntryStatus.Done;
    }

    /// <summary>Returns a message to the queue, to be visible again after a while.</summary>
    internal async Task ReleaseAsync(QueueMessage message, TimeSpan delay)
    {
        EntryResult result = await _releases.AddAsync(new VisibilityChange(message.Receipt, delay));
        if (result.Status == EntryStatus.Failed)
        {
            LogMessages.ReleaseFailed(_logger, message.Id, result.Reason ?? "no reason was given");
        }
    }

    /// <summary>Stops, once no message is in flight.</summary>
    public void Dispose()
    {
        _deletes.Dispose();
        _releases.Dispose();
    }

    private Task<IReadOnlyList<EntryResult>> DeleteAsync(IReadOnlyList<QueueMessage> messages) =>
        SendAsync(messages, batch => _queue.DeleteAsync([.. batch.Select(message => message.Receipt)], default));

    private Task<IReadOnlyList<EntryResult>> ReleaseAsync(IReadOnlyList<VisibilityChange> changes) =>
        SendAsync(changes, batch => _queue.ChangeVisibilityAsync(batch, default));

    private async Task<IReadOnlyList<EntryResult>> SendAsync<T>(
        IReadOnlyList<T> items,
        Func<IReadOnlyList<T>, Task<IReadOnlyList<EntryResult>>> send
    )
    {
        var results = new EntryResult[items.Count];
        List<int> open = [.. Enumerable.Range(0, items.Count)];
        for (int retry = 0; open.Count > 0 && retry <= MaxRetries; retry++)
        {
            if (retry > 0)
            {
                await Task.Delay(Backoff.Standard.DelayOf(retry - 1), _time);
            }

            IReadOnlyList<EntryResult> answers = await TrySendAsync([.. open.Select(i => items[i])], send);
            for (int i = 0; i < open.Count; i++)
            {
                results[open[i]] = answers[i];
            }

            open.RemoveAll(i => results[i].Status != EntryStatus.Failed);
        }

        return results;
    }

    private static async Task<IReadOnlyList<EntryResult>> TrySendAsync<T>(
        IReadOnlyList<T> items,
        Func<IReadOnlyList<T>, Task<IReadOnlyList<EntryResult>>> send
    )
    {
        try
        {
            return await send(items);
        }
        catch (TransientException e)
        {
            return [.. Enumerable.Repeat(new EntryResult(EntryStatus.Failed, e.Message), items.Count)];
        }
    }
}
