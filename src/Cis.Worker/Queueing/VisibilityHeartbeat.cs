using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Queueing;

/// <summary>
/// Keeps received messages hidden from others from the moment of their receipt until they are settled, whether they
/// wait or are being worked at. A message that could not be kept is said to be lost, which cancels its work.
/// </summary>
internal sealed class VisibilityHeartbeat(
    IMessageQueue queue,
    TimeSpan visibility,
    TimeProvider time,
    WorkerMetrics metrics,
    ILogger logger
)
{
    // SQS keeps a message hidden for 12 hours after its receipt at most, and refuses whatever goes beyond.
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(12) - TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<MessageLease> _leases = [];

    /// <summary>Begins to keep a message.</summary>
    internal void Watch(MessageLease lease)
    {
        PlanRenewal(lease, time.GetElapsedTime(lease.ReceivedAt));
        lock (_gate)
        {
            _leases.Add(lease);
        }
    }

    /// <summary>Lets go of a message, which is settled.</summary>
    internal void Forget(MessageLease lease)
    {
        lock (_gate)
        {
            _leases.Remove(lease);
        }
    }

    /// <summary>Beats until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        // Ten looks per visibility: a renewal that fails is tried again several times before it is too late.
        using var timer = new PeriodicTimer(visibility / 10, time);
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

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        foreach (MessageLease[] batch in DueLeases().Chunk(IMessageQueue.BatchLimit))
        {
            await RenewAsync(batch, cancellationToken);
        }

        LoseExpired();
    }

    private MessageLease[] DueLeases()
    {
        lock (_gate)
        {
            return [.. _leases.Where(IsDue)];
        }
    }

    private bool IsDue(MessageLease lease)
    {
        TimeSpan age = time.GetElapsedTime(lease.ReceivedAt);
        return age >= lease.RenewAt && age + visibility <= LongestHold;
    }

    private async Task RenewAsync(MessageLease[] leases, CancellationToken cancellationToken)
    {
        // What the queue counts from is later than this moment, so that we never believe to hold a message for too long.
        long asked = time.GetTimestamp();
        VisibilityChange[] changes = Array.ConvertAll(
            leases,
            lease => new VisibilityChange(lease.Message.Receipt, visibility)
        );
        try
        {
            IReadOnlyList<EntryResult> results = await queue.ChangeVisibilityAsync(changes, cancellationToken);
            for (int i = 0; i < leases.Length; i++)
            {
                Apply(results[i], leases[i], time.GetElapsedTime(leases[i].ReceivedAt, asked));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: a heart that stops beating loses every message in hand. The next beat tries again.
            LogMessages.HeartbeatFailed(logger, leases.Length, e.Message);
        }
    }

    private void Apply(EntryResult result, MessageLease lease, TimeSpan age)
    {
        switch (result.Status)
        {
            case EntryStatus.Done:
                lease.Expiry = age + visibility;
                PlanRenewal(lease, age);
                break;
            case EntryStatus.Gone:
                Lose(lease, result.Reason ?? "the queue says so");
                break;
            default:
                LogMessages.HeartbeatFailed(logger, 1, result.Reason ?? "no reason was given");
                break;
        }
    }

    // Spread, so that messages received together are not all renewed in the same moment for ever.
    private void PlanRenewal(MessageLease lease, TimeSpan age) =>
        lease.RenewAt = age + (visibility * (0.35 + 0.15 * Random.Shared.NextDouble()));

    private void LoseExpired()
    {
        MessageLease[] expired;
        lock (_gate)
        {
            expired = [.. _leases.Where(lease => time.GetElapsedTime(lease.ReceivedAt) > lease.Expiry)];
        }

        foreach (MessageLease lease in expired)
        {
            Lose(lease, "its visibility ran out before it could be extended");
        }
    }

    private void Lose(MessageLease lease, string reason)
    {
        lock (_gate)
        {
            if (!_leases.Remove(lease))
            {
                return; // settled in the meantime
            }
        }

        metrics.LeaseLost();
        LogMessages.LeaseLost(logger, lease.Message.Id, reason);
        lease.Lose();
    }
}
