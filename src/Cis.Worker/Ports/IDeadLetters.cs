using Cis.Pages;

namespace Cis.Worker.Ports;

/// <summary>The dead letters: counts, shows, redrives and purges them.</summary>
public interface IDeadLetters
{
    /// <summary>Counts the messages of the queue and of its dead-letter queue.</summary>
    /// <exception cref="TransientException">The queue cannot be reached.</exception>
    Task<QueueStatus> CountAsync(CancellationToken cancellationToken);

    /// <summary>Shows messages without taking them away.</summary>
    /// <param name="outcome">Only those that ended so; null for all.</param>
    /// <param name="limit">The most wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">The queue cannot be reached.</exception>
    Task<IReadOnlyList<DeadLetterEntry>> PeekAsync(Outcome? outcome, int limit, CancellationToken cancellationToken);

    /// <summary>Moves messages back to the queue. None is deleted before its copy is confirmed.</summary>
    /// <param name="request">Which, and how fast.</param>
    /// <param name="progress">Told how many were moved so far.</param>
    /// <param name="cancellationToken">Stops; what was moved stays moved.</param>
    /// <returns>How many were moved.</returns>
    /// <exception cref="TransientException">The queue cannot be reached.</exception>
    Task<long> RedriveAsync(RedriveRequest request, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Deletes messages for good.</summary>
    /// <param name="outcome">Only those that ended so; null for all.</param>
    /// <param name="cancellationToken">Stops; what was deleted stays deleted.</param>
    /// <returns>How many; about, where the queue knows no better.</returns>
    /// <exception cref="TransientException">The queue cannot be reached.</exception>
    Task<long> PurgeAsync(Outcome? outcome, CancellationToken cancellationToken);
}

/// <summary>A dead letter.</summary>
/// <param name="Id">The message's.</param>
/// <param name="Body">The message.</param>
/// <param name="Outcome">How it ended; null where the queue gave it up by itself, after too many receipts.</param>
/// <param name="Reason">Why, for a person; null where only the queue knows.</param>
/// <param name="ReceiveCount">How often it was tried, as far as known.</param>
/// <param name="SentAt">When it came into the dead-letter queue, or was first sent.</param>
public sealed record DeadLetterEntry(
    string Id,
    string Body,
    Outcome? Outcome,
    string? Reason,
    int ReceiveCount,
    DateTimeOffset SentAt
);

/// <summary>Which dead letters are moved back to the queue.</summary>
public sealed record RedriveRequest
{
    /// <summary>Only those with this outcome; null for all.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>The maximum number; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The maximum rate per second; null for no limit.</summary>
    public int? PerSecond { get; init; }
}
