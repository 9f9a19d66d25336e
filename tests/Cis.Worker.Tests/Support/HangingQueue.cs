using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Worker.Tests.Support;

/// <summary>A queue that does not answer the first renewal of one message, and of those in the same call.</summary>
internal sealed class HangingQueue(IMessageQueue queue, string receipt) : IMessageQueue
{
    private int _hung;

    public int Hung => _hung;

    public Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
        IReadOnlyList<VisibilityChange> changes,
        CancellationToken cancellationToken
    ) =>
        changes.Any(change => change.Receipt == receipt) && Interlocked.Increment(ref _hung) == 1
            ? new TaskCompletionSource<IReadOnlyList<EntryResult>>().Task
            : queue.ChangeVisibilityAsync(changes, cancellationToken);

    public Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
        int max,
        TimeSpan wait,
        TimeSpan visibility,
        CancellationToken cancellationToken
    ) => queue.ReceiveAsync(max, wait, visibility, cancellationToken);

    public Task<IReadOnlyList<EntryResult>> DeleteAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    ) => queue.DeleteAsync(receipts, cancellationToken);

    public Task<bool> DeadLetterAsync(
        QueueMessage message,
        Outcome outcome,
        string reason,
        CancellationToken cancellationToken
    ) => queue.DeadLetterAsync(message, outcome, reason, cancellationToken);
}
