using System.Security.Cryptography;
using Cis.Local.Sqlite;
using Cis.Pages;
using Cis.Worker;
using Cis.Worker.Ports;

namespace Cis.Local.Queueing;

/// <summary>
/// A message queue in the database, with the semantics of SQS: at least once, hidden while somebody works at it, put
/// aside after too many receives. A killed process loses no message: it becomes visible again in time.
/// </summary>
internal sealed class LocalQueue : IMessageQueue
{
    // Other processes (cis dlq redrive) add messages without a way to wake this one.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly LocalDatabase _database;
    private readonly int _maxReceives;
    private readonly TimeProvider _time;
    private readonly WakeUp _wakeUp = new();

    internal LocalQueue(LocalDatabase database, int maxReceives, TimeProvider time, QueueClock? clock = null)
    {
        _maxReceives = maxReceives;
        _database = database;
        _time = time;
        Clock = clock ?? new QueueClock(time);
    }

    /// <summary>What messages are hidden by.</summary>
    internal QueueClock Clock { get; }

    /// <inheritdoc/>
    public QueueIdentity Identity { get; } = new("local", "local");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
        int max,
        TimeSpan wait,
        TimeSpan visibility,
        CancellationToken cancellationToken
    )
    {
        long start = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Before the look, so that what comes in after it is not slept through.
            Task wokenUp = _wakeUp.Next;
            List<QueueMessage> messages = Claim(Math.Clamp(max, 1, IMessageQueue.BatchLimit), visibility);
            TimeSpan left = wait - _time.GetElapsedTime(start);
            if (messages.Count > 0 || left <= TimeSpan.Zero)
            {
                return messages;
            }

            await SleepAsync(wokenUp, Min(left, UntilNextVisible()), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
        IReadOnlyList<VisibilityChange> changes,
        CancellationToken cancellationToken
    )
    {
        EntryResult[] results = _database.Write(
            Dependency.Queue,
            session =>
            {
                long now = Clock.NowForAll(session);
                return Map(changes, change => ChangeVisibility(session, change, now));
            }
        );
        _wakeUp.Signal();
        return Task.FromResult<IReadOnlyList<EntryResult>>(results);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EntryResult>> DeleteAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    )
    {
        EntryResult[] results = _database.Write(
            Dependency.Queue,
            session => Map(receipts, receipt => Delete(session, receipt))
        );
        // Perhaps that was the last one.
        _wakeUp.Signal();
        return Task.FromResult<IReadOnlyList<EntryResult>>(results);
    }

    /// <inheritdoc/>
    public Task<bool> DeadLetterAsync(
        QueueMessage message,
        Outcome outcome,
        string reason,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            _database.Write(
                Dependency.Queue,
                session =>
                {
                    Bury(session, message.Id, outcome, reason, Clock.TimeOfDay);
                    return true;
                }
            )
        );

    /// <inheritdoc/>
    public Task<QueueStatus?> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult<QueueStatus?>(
            _database.Read(Dependency.Queue, session => LocalDeadLetters.Count(session, Clock.Now(session)))
        );

    /// <summary>Waits until no message is left, neither waiting nor hidden.</summary>
    /// <exception cref="TransientException">The database cannot be read.</exception>
    internal async Task UntilEmptyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task wokenUp = _wakeUp.Next;
            if (IsEmpty())
            {
                return;
            }

            await SleepAsync(wokenUp, LongestSleep, cancellationToken);
        }
    }

    /// <summary>Adds a message, within a transaction of the caller's; <see cref="Wake"/> follows it.</summary>
    internal static void Add(LocalDatabase session, string key, string body, QueueClock clock) =>
        session
            .Statement("INSERT INTO messages(key, body, sent_at, visible_at) VALUES(?1, ?2, ?3, ?4)")
            .Bind(1, key)
            .Bind(2, body)
            .Bind(3, clock.TimeOfDay)
            .Bind(4, clock.NowForAll(session))
            .Run();

    /// <summary>Whether there is a message about a file, of whatever state.</summary>
    internal static bool Has(LocalDatabase session, string key) =>
        session.Statement("SELECT 1 FROM messages WHERE key = ?1").Bind(1, key).Step();

    /// <summary>Whether a file is in somebody's hands, or to be tried again later.</summary>
    internal static bool IsHidden(LocalDatabase session, string key, long now) =>
        session.Statement("SELECT 1 FROM messages WHERE key = ?1 AND visible_at > ?2").Bind(1, key).Bind(2, now).Step();

    /// <summary>Takes back the messages about a file that are not in flight.</summary>
    internal static void TakeBack(LocalDatabase session, string key, long now) =>
        session.Statement("DELETE FROM messages WHERE key = ?1 AND visible_at <= ?2").Bind(1, key).Bind(2, now).Run();

    /// <summary>Lets those who wait for a message look again.</summary>
    internal void Wake() => _wakeUp.Signal();

    private bool IsEmpty() =>
        _database.Read(Dependency.Queue, session => !session.Statement("SELECT 1 FROM messages LIMIT 1").Step());

    private List<QueueMessage> Claim(int max, TimeSpan visibility) =>
        _database.Write(
            Dependency.Queue,
            session =>
            {
                long now = Clock.NowForAll(session);
                List<QueueMessage> messages = ReadVisible(session, max, now);
                // Only those at the front are looked at: what a receive costs must not grow with what waits.
                while (messages.FindAll(message => message.ReceiveCount > _maxReceives) is { Count: > 0 } exhausted)
                {
                    exhausted.ForEach(message => BuryExhausted(session, message));
                    messages = ReadVisible(session, max, now);
                }

                return messages.ConvertAll(message => Hide(session, message, now + (long)visibility.TotalMilliseconds));
            }
        );

    private static List<QueueMessage> ReadVisible(LocalDatabase session, int max, long now)
    {
        SqliteStatement rows = session
            .Statement(
                """
                SELECT id, body, receive_count, sent_at FROM messages
                WHERE visible_at <= ?1 ORDER BY visible_at, id LIMIT ?2
                """
            )
            .Bind(1, now)
            .Bind(2, max);
        var messages = new List<QueueMessage>();
        while (rows.Step())
        {
            messages.Add(
                new QueueMessage(
                    Id: rows.Text(0),
                    Receipt: $"{rows.Text(0)}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}",
                    Body: rows.Text(1),
                    ReceiveCount: (int)rows.Int64(2) + 1,
                    SentAt: DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(3)),
                    Attributes: System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty
                )
            );
        }

        return messages;
    }

    private static QueueMessage Hide(LocalDatabase session, QueueMessage message, long until)
    {
        session
            .Statement("UPDATE messages SET visible_at = ?2, receive_count = ?3, receipt = ?4 WHERE id = ?1")
            .Bind(1, message.Id)
            .Bind(2, until)
            .Bind(3, message.ReceiveCount)
            .Bind(4, message.Receipt)
            .Run();
        return message;
    }

    private void BuryExhausted(LocalDatabase session, QueueMessage message)
    {
        Bury(
            session,
            message.Id,
            Outcome.Transient,
            $"given up: begun {_maxReceives} times and never finished",
            Clock.TimeOfDay
        );
        session.Statement("DELETE FROM messages WHERE id = ?1").Bind(1, message.Id).Run();
    }

    private static void Bury(LocalDatabase session, string id, Outcome outcome, string reason, long now) =>
        session
            .Statement(
                """
                INSERT OR REPLACE INTO dead_letters
                    (id, key, body, sent_at, failed_at, receive_count, outcome, reason)
                SELECT id, key, body, sent_at, ?2, receive_count, ?3, ?4 FROM messages WHERE id = ?1
                """
            )
            .Bind(1, id)
            .Bind(2, now)
            .Bind(3, OutcomePolicy.NameOf(outcome))
            .Bind(4, reason)
            .Run();

    // Unlike with SQS, a receive whose message was returned at once does not count: nobody has tried it, and a worker
    // that is stopped or restarts often must not use up the receives of what only waited.
    private static EntryResult ChangeVisibility(LocalDatabase session, VisibilityChange change, long now) =>
        session
            .Statement(
                """
                UPDATE messages SET visible_at = ?2, receive_count = receive_count - ?4
                WHERE receipt = ?1 AND visible_at > ?3
                """
            )
            .Bind(1, change.Receipt)
            .Bind(2, now + (long)change.Timeout.TotalMilliseconds)
            .Bind(3, now)
            .Bind(4, change.Timeout == TimeSpan.Zero ? 1 : 0)
            .Run() == 1
            ? EntryResult.Done
            : new EntryResult(EntryStatus.Gone, "the message is deleted, or visible again");

    // As with SQS, a receipt that is out of date but was not followed by another still deletes.
    private static EntryResult Delete(LocalDatabase session, string receipt) =>
        session.Statement("DELETE FROM messages WHERE receipt = ?1").Bind(1, receipt).Run() == 1
            ? EntryResult.Done
            : new EntryResult(EntryStatus.Gone, "the message is deleted, or was received again");

    private async Task SleepAsync(Task wokenUp, TimeSpan atMost, CancellationToken cancellationToken)
    {
        TimeSpan sleep = Min(atMost, LongestSleep);
        if (sleep <= TimeSpan.Zero)
        {
            return;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = await Task.WhenAny(wokenUp, Task.Delay(sleep, _time, enough.Token));
        await enough.CancelAsync();
    }

    private TimeSpan UntilNextVisible() =>
        _database.Read(
            Dependency.Queue,
            session =>
            {
                SqliteStatement next = session.Statement("SELECT min(visible_at) FROM messages");
                return next.Step() && next.TextOrNull(0) is not null
                    ? TimeSpan.FromMilliseconds(next.Int64(0) - Clock.Now(session))
                    : TimeSpan.MaxValue;
            }
        );

    private static EntryResult[] Map<T>(IReadOnlyList<T> entries, Func<T, EntryResult> change)
    {
        var results = new EntryResult[entries.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = change(entries[i]);
        }

        return results;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
