using Cis.Worker.Ports;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Queueing;

/// <summary>
/// Receives messages, only while they can be started soon and while what they need is up. It waits for no message's
/// work.
/// </summary>
internal sealed class MessagePoller(
    IMessageQueue queue,
    WorkerOptions options,
    ReadAhead readAhead,
    Func<TimeSpan> emptyFor,
    FaultJudge judge,
    TimeProvider time,
    WorkerMetrics metrics,
    ILogger logger
)
{
    // A receive that is broken off while its answer is on the way leaves messages hidden in nobody's hands. When the queue
    // holds something it answers well within this; only one that waits for a first message is broken off after it.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    // How often it is asked whether a message may be taken, while something is down.
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    private bool _isBehind; // the last receive was full: there is more
    private int _failures;
    private long _lastBusyAt = time.GetTimestamp();

    /// <summary>Receives until cancelled, or idle for the configured time.</summary>
    /// <param name="take">Gets each message, with the timestamp before it was asked for.</param>
    /// <param name="cancellationToken">Ends a parked receive, too.</param>
    internal async Task RunAsync(Action<QueueMessage, long> take, CancellationToken cancellationToken)
    {
        try
        {
            while (!HasBeenIdle())
            {
                int room = await ReserveAsync(cancellationToken);
                // While there is more than one receive brings, the next one need not wait for the first one's way back.
                Task second = _isBehind ? ReceiveMoreAsync(take, cancellationToken) : Task.CompletedTask;
                await ReceiveAsync(room, Wait, take, cancellationToken);
                await second;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the worker.
        }
    }

    // Asked between receives only: none that might still bring a message is broken off.
    private bool HasBeenIdle()
    {
        if (options.ExitWhenIdle is not { } limit || emptyFor() < limit || time.GetElapsedTime(_lastBusyAt) < limit)
        {
            return false;
        }

        LogMessages.Idle(logger, limit.TotalSeconds);
        return true;
    }

    private TimeSpan Wait =>
        options.ExitWhenIdle is { } idle && idle < options.ReceiveWait ? idle : options.ReceiveWait;

    private async Task<int> ReserveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What a worker that drains returns to the queue, it would receive again at once, and each time counts as a receive.
            cancellationToken.ThrowIfCancellationRequested();
            int room = await readAhead.TakeAsync(IMessageQueue.BatchLimit, cancellationToken);
            int admitted = judge.Breakers.Aggregate(room, (wanted, breaker) => Math.Min(wanted, breaker.Admit(wanted)));
            if (admitted < room)
            {
                readAhead.Return(room - admitted);
            }

            if (admitted > 0)
            {
                return admitted;
            }

            await PauseAsync(AskEvery, cancellationToken);
        }
    }

    private async Task ReceiveMoreAsync(Action<QueueMessage, long> take, CancellationToken cancellationToken)
    {
        int room = await ReserveAsync(cancellationToken);
        await ReceiveAsync(room, TimeSpan.Zero, take, cancellationToken);
    }

    private async Task ReceiveAsync(
        int room,
        TimeSpan wait,
        Action<QueueMessage, long> take,
        CancellationToken cancellationToken
    )
    {
        int taken = 0;
        using var stop = new DelayedStop(AnswerTime, time, cancellationToken);
        try
        {
            long asked = time.GetTimestamp();
            IReadOnlyList<QueueMessage> messages = await queue.ReceiveAsync(room, wait, options.Visibility, stop.Token);
            // The wait of a long poll does not count against the visibility: at most the answer's way back does.
            long received = messages.Count > 0 && wait > TimeSpan.Zero ? time.GetTimestamp() : asked;
            taken = messages.Count;
            Received(messages, room);
            foreach (QueueMessage message in messages)
            {
                take(message, received);
            }
        }
        catch (TransientException e)
        {
            await BackOffAsync(e, cancellationToken);
        }
        finally
        {
            readAhead.Return(room - taken);
        }
    }

    private void Received(IReadOnlyList<QueueMessage> messages, int asked)
    {
        _failures = 0;
        judge[Dependency.Queue].Answered();
        _isBehind = messages.Count == asked;
        metrics.Seen(Dependency.Queue);
        metrics.Received(messages.Count);
        foreach (QueueMessage message in messages)
        {
            metrics.QueueWait.Add(time.GetUtcNow() - message.SentAt);
        }

        if (messages.Count > 0)
        {
            _lastBusyAt = time.GetTimestamp();
        }
    }

    private async Task BackOffAsync(TransientException e, CancellationToken cancellationToken)
    {
        _isBehind = false;
        LogMessages.ReceiveFailed(logger, e.Message);
        judge[Dependency.Queue].Failed(e.Message, isForAPerson: !e.IsWorthRetrying);
        await PauseAsync(Backoff.Standard.DelayOf(_failures++, e.RetryAfter), cancellationToken);
    }

    // A queue that was not asked, or did not answer, is not known to be empty.
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken);
        _lastBusyAt = time.GetTimestamp();
    }
}
