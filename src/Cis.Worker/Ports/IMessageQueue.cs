using Cis.Pages;

namespace Cis.Worker.Ports;

/// <summary>
/// The queue that notifications of files arrive in. At least once: a message that is not deleted before its visibility ends
/// is given out again. Thread-safe.
/// </summary>
public interface IMessageQueue
{
    /// <summary>The most messages that one call receives, changes or deletes.</summary>
    const int BatchLimit = 10;

    /// <summary>What traces call it.</summary>
    QueueIdentity Identity => QueueIdentity.Unknown;

    /// <summary>Receives messages, which then stay hidden from others for the visibility timeout.</summary>
    /// <param name="max">1 to <see cref="BatchLimit"/>.</param>
    /// <param name="wait">How long to wait for a first message; the call returns as soon as there is one.</param>
    /// <param name="visibility">How long the messages stay hidden unless that is changed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The messages; none if there was none in time.</returns>
    /// <exception cref="TransientException">The queue cannot be reached or does not answer as it should.</exception>
    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
        int max,
        TimeSpan wait,
        TimeSpan visibility,
        CancellationToken cancellationToken
    );

    /// <summary>Changes how long messages stay hidden from now on; zero returns them to the queue at once.</summary>
    /// <param name="changes">1 to <see cref="BatchLimit"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A result for each change, in their order.</returns>
    /// <exception cref="TransientException">The queue cannot be reached or does not answer as it should.</exception>
    Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
        IReadOnlyList<VisibilityChange> changes,
        CancellationToken cancellationToken
    );

    /// <summary>Deletes messages for good.</summary>
    /// <param name="receipts">1 to <see cref="BatchLimit"/>, none twice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A result for each receipt, in their order.</returns>
    /// <exception cref="TransientException">The queue cannot be reached or does not answer as it should.</exception>
    Task<IReadOnlyList<EntryResult>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a copy of a message into the dead-letter queue, with its own attributes and with why it failed
    /// (<c>cis-outcome</c>, <c>cis-reason</c>, <c>cis-receive-count</c>). The message itself stays: the caller deletes it.
    /// </summary>
    /// <returns>True once the copy is confirmed; false if no dead-letter queue is known.</returns>
    /// <exception cref="TransientException">It may not have arrived.</exception>
    Task<bool> DeadLetterAsync(
        QueueMessage message,
        Outcome outcome,
        string reason,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// How many messages are in flight, this worker's and those of all others: what many workers hold at once that have
    /// nothing else in common. May lag.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>0 where the queue does not tell.</returns>
    /// <exception cref="TransientException">It cannot be told for now.</exception>
    Task<int> CountInFlightAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    /// <summary>
    /// How often the queue gives a message out: one that becomes visible after its last receive, the queue's own policy takes away.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where there is no limit, or none that counts what is returned.</returns>
    /// <exception cref="TransientException">It cannot be told for now, or not to this worker.</exception>
    Task<int?> ReceivesAllowedAsync(CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    /// <summary>
    /// Counts the messages of the queue and of its dead-letter queue, which takes a right that nothing else here does. May lag.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where the queue does not tell.</returns>
    /// <exception cref="TransientException">It cannot be told for now, or not to this worker.</exception>
    Task<QueueStatus?> CountAsync(CancellationToken cancellationToken) => Task.FromResult<QueueStatus?>(null);
}

/// <summary>A message as it was received.</summary>
/// <param name="Id">The same each time the message is received.</param>
/// <param name="Receipt">What this receipt is known by; valid while the message is hidden.</param>
/// <param name="Body">The text.</param>
/// <param name="ReceiveCount">How often it was received, this time included; at least 1.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Attributes">The sender's attributes by name; those with bytes in base 64.</param>
public sealed record QueueMessage(
    string Id,
    string Receipt,
    string Body,
    int ReceiveCount,
    DateTimeOffset SentAt,
    IReadOnlyDictionary<string, string> Attributes
)
{
    /// <summary>
    /// The group whose messages are handled one after another, in the order of their sending (FIFO queues); null where
    /// order does not matter.
    /// </summary>
    public string? GroupId { get; init; }

    /// <summary>The trace that it belongs to, as AWS X-Ray writes it (<c>AWSTraceHeader</c>); null if that is not known.</summary>
    public string? TraceHeader { get; init; }
}

/// <summary>What traces call a queue.</summary>
/// <param name="System">The kind of queue, as OpenTelemetry names it: <c>aws_sqs</c>.</param>
/// <param name="Name">The queue's name.</param>
public sealed record QueueIdentity(string System, string Name)
{
    /// <summary>Of a queue that does not say.</summary>
    public static QueueIdentity Unknown { get; } = new("unknown", "unknown");
}

/// <summary>A message's new time out of sight.</summary>
/// <param name="Receipt">See <see cref="QueueMessage.Receipt"/>.</param>
/// <param name="Timeout">From now on; zero to 12 hours, in whole seconds.</param>
public readonly record struct VisibilityChange(string Receipt, TimeSpan Timeout);

/// <summary>How an entry of a batch fared.</summary>
public enum EntryStatus
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The receipt is no longer valid: the message is deleted, or visible again, or received by another.</summary>
    Gone,

    /// <summary>A temporary fault.</summary>
    Failed,

    /// <summary>The queue rejects this entry for good.</summary>
    Refused,
}

/// <summary>The result of an entry of a batch.</summary>
/// <param name="Status">How it fared.</param>
/// <param name="Reason">What the queue said; null if all is well.</param>
public readonly record struct EntryResult(EntryStatus Status, string? Reason = null)
{
    /// <summary>The entry was done.</summary>
    public static EntryResult Done { get; } = new(EntryStatus.Done);
}
