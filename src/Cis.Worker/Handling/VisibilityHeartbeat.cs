using System.Diagnostics;
using Cis.Worker.Ports;
using Cis.Worker.Tracing;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Handling;

/// <summary>
/// Keeps messages in flight hidden from others from the moment of their receipt until they are settled, whether they
/// wait or are being worked at. A message that could not be kept is lost, which cancels its work.
/// </summary>
internal sealed class VisibilityHeartbeat(
    IMessageQueue queue,
    MessagesInFlight inFlight,
    TimeSpan visibility,
    TimeProvider time,
    WorkerMetrics metrics,
    ILogger logger
)
{
    // SQS keeps a message hidden for 12 hours after its receipt at most, and refuses whatever goes beyond.
    private static readonly TimeSpan MaxHold = TimeSpan.FromHours(12) - TimeSpan.FromMinutes(1);

    // Ten looks per visibility: a renewal that fails is tried again several times before it is too late. A call that
    // hangs is given up within the same time, or it would cost the messages of its batch.
    private readonly TimeSpan _beat = visibility / 10;

    /// <summary>Extends visibility timeouts until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await BeatAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the worker.
        }
    }

    // Side by side, so that a call that hangs holds up its own batch only.
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        IEnumerable<MessageInFlight[]> batches = inFlight.Where(IsDue).Chunk(IMessageQueue.BatchLimit);
        await Task.WhenAll(batches.Select(batch => RenewAsync(batch, cancellationToken)));
        LoseExpired();
    }

    private bool IsDue(MessageInFlight message)
    {
        TimeSpan age = time.GetElapsedTime(message.ReceivedAt);
        return message.IsKept && age >= message.RenewAt && age + visibility <= MaxHold;
    }

    private async Task RenewAsync(MessageInFlight[] messages, CancellationToken cancellationToken)
    {
        // What the queue counts from is later than this moment, so that we never believe to hold a message for too long.
        long asked = time.GetTimestamp();
        VisibilityChange[] changes = Array.ConvertAll(
            messages,
            message => new VisibilityChange(message.Message.Receipt, visibility)
        );
        using var timeout = new CancellationTokenSource(_beat, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            IReadOnlyList<EntryResult> results = await queue
                .ChangeVisibilityAsync(changes, stop.Token)
                .WaitAsync(stop.Token);
            for (int i = 0; i < messages.Length; i++)
            {
                Apply(results[i], messages[i], time.GetElapsedTime(messages[i].ReceivedAt, asked));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a heart that stops beating loses every message in flight. The next beat tries again.
            string reason = timeout.IsCancellationRequested ? "the queue does not answer" : e.Message;
            LogMessages.HeartbeatFailed(logger, messages.Length, reason);
        }
    }

    private void Apply(EntryResult result, MessageInFlight message, TimeSpan age)
    {
        switch (result.Status)
        {
            case EntryStatus.Done:
                message.Renewed(age);
                break;
            case EntryStatus.Gone:
                Lose(message, result.Reason ?? "the queue says so");
                break;
            case EntryStatus.Failed:
            case EntryStatus.Refused:
                LogMessages.HeartbeatFailed(logger, 1, result.Reason ?? "no reason was given");
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void LoseExpired()
    {
        foreach (MessageInFlight message in inFlight.Where(IsExpired))
        {
            Lose(message, "its visibility ran out before it could be extended");
        }
    }

    private bool IsExpired(MessageInFlight message) =>
        message.IsKept && time.GetElapsedTime(message.ReceivedAt) > message.Expiry;

    private void Lose(MessageInFlight message, string reason)
    {
        if (message.TryLose())
        {
            metrics.LeaseLost();
            using IDisposable? lines = TraceScope.Begin(logger, message.Trace);
            LogMessages.LeaseLost(logger, message.Message.Id, reason);
        }
    }
}
