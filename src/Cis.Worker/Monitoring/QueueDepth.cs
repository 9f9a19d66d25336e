using Cis.Worker.Ports;

namespace Cis.Worker.Monitoring;

/// <summary>
/// How many messages stand in the queue and in its dead-letter queue, counted once a minute: for a worker whose metrics
/// are looked at. What could not be counted is not shown, rather than what was so a while ago.
/// </summary>
internal sealed class QueueDepth(IMessageQueue queue, TimeProvider time)
{
    // What SQS says of itself is about a minute late; CloudWatch has it by the minute, too.
    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(1);

    private QueueStatus? _last;

    /// <summary>The last count; null before the first, and where there was none.</summary>
    internal QueueStatus? Last => Volatile.Read(ref _last);

    /// <summary>Counts until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CountEvery, time);
        do
        {
            Volatile.Write(ref _last, await CountAsync(cancellationToken));
        } while (await timer.WaitForNextTickAsync(cancellationToken));
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
