using Cis.Worker.Ports;

namespace Cis.Worker.Monitoring;

/// <summary>
/// How many messages stand in the queue and in its dead-letter queue, counted once a minute: for a worker whose metrics
/// are looked at. What could not be counted is not shown, rather than what was so a while ago.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="isWanted">False counts nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class QueueDepth(IMessageQueue queue, bool isWanted, TimeProvider time)
{
    // What SQS says of itself is about a minute late; CloudWatch has it by the minute, too.
    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(1);

    private QueueStatus? _last;

    /// <summary>The last count; null before the first, and after one that failed.</summary>
    internal QueueStatus? Last => Volatile.Read(ref _last);

    /// <summary>Counts until cancelled; returns at once if no count is wanted.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CountEvery, time);
        try
        {
            while (isWanted)
            {
                Volatile.Write(ref _last, await CountAsync(cancellationToken));
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the worker.
        }
    }

    private async Task<QueueStatus?> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queue.CountAsync(cancellationToken);
        }
        catch (TransientException)
        {
            // Whether the queue is down is the judge's business, who sees the calls that matter.
            return null;
        }
    }
}
