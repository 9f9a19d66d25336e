using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>A received message for as long as it is ours. Thread-safe.</summary>
internal sealed class MessageLease : IDisposable
{
    private readonly CancellationTokenSource _lost = new();

    /// <summary>A message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="receivedAt">When it was received, as a timestamp of the time provider.</param>
    /// <param name="visibility">How long it stays hidden from then on.</param>
    internal MessageLease(QueueMessage message, long receivedAt, TimeSpan visibility)
    {
        Message = message;
        ReceivedAt = receivedAt;
        Expiry = visibility;
        Lost = _lost.Token;
    }

    internal QueueMessage Message { get; }

    /// <summary>A timestamp.</summary>
    internal long ReceivedAt { get; }

    /// <summary>When it becomes visible again unless that is changed: time from <see cref="ReceivedAt"/> on.</summary>
    internal TimeSpan Expiry { get; set; }

    /// <summary>When its visibility is to be extended: time from <see cref="ReceivedAt"/> on.</summary>
    internal TimeSpan RenewAt { get; set; }

    /// <summary>The number of its entry in the crash journal.</summary>
    internal long JournalNumber { get; init; }

    /// <summary>Whether a process died while it was reading this message's file.</summary>
    internal bool IsSuspect { get; init; }

    /// <summary>Cancelled when the message is no longer ours: whatever is done for it is done for nobody.</summary>
    internal CancellationToken Lost { get; }

    /// <summary>Says that the message is no longer ours. Nothing happens where it is settled already.</summary>
    internal void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was settled while the queue's answer was on its way: nothing is being done for it any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lost.Dispose();
}
