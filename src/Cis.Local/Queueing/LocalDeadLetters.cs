using Cis.Local.Sqlite;
using Cis.Pages;
using Cis.Worker;
using Cis.Worker.Ports;

namespace Cis.Local.Queueing;

/// <summary>The files of a folder that could not be read. Thread-safe.</summary>
public sealed class LocalDeadLetters : IDeadLetters, IDisposable
{
    private const int RedriveBatch = 100;

    private readonly LocalDatabase _database;
    private readonly TimeProvider _time;
    private readonly QueueClock _clock;

    internal LocalDeadLetters(LocalDatabase database, TimeProvider time, QueueClock? clock = null)
    {
        _database = database;
        _time = time;
        _clock = clock ?? new QueueClock(time);
    }

    /// <inheritdoc/>
    public Task<QueueStatus> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_database.Read(Dependency.Queue, session => Count(session, _clock.Now(session))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetterEntry>> PeekAsync(
        Outcome? outcome,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<DeadLetterEntry>>(
            _database.Read(Dependency.Queue, session => Peek(session, outcome, limit))
        );

    /// <inheritdoc/>
    public async Task<long> RedriveAsync(
        RedriveRequest request,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        // What fails again meanwhile is not moved a second time: it has the number of its new message. Times tell nothing.
        long until = _database.Read(Dependency.Queue, Newest);
        long limit = request.Limit ?? long.MaxValue;
        int batch = Math.Min(RedriveBatch, request.PerSecond ?? RedriveBatch);
        long moved = 0;
        while (true)
        {
            int wanted = (int)Math.Min(batch, limit - moved);
            int count = _database.Write(Dependency.Queue, session => Redrive(session, request.Outcome, wanted, until));
            moved += count;
            progress?.Report(moved);
            if (count < batch || moved == limit)
            {
                return moved;
            }

            if (request.PerSecond is not null)
            {
                await Task.Delay(
                    TimeSpan.FromSeconds((double)count / request.PerSecond.Value),
                    _time,
                    cancellationToken
                );
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    /// <remarks>The files stay as they are, and are not tried again until they change.</remarks>
    public Task<long> PurgeAsync(Outcome? outcome, CancellationToken cancellationToken) =>
        Task.FromResult(
            _database.Write(
                Dependency.Queue,
                session =>
                    session
                        .Statement("DELETE FROM dead_letters WHERE ?1 IS NULL OR outcome = ?1")
                        .Bind(1, NameOf(outcome))
                        .Run()
            )
        );

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Forgets what is said of a file, which holds no longer.</summary>
    internal static void Forget(LocalDatabase session, string key) =>
        session.Statement("DELETE FROM dead_letters WHERE key = ?1").Bind(1, key).Run();

    private static string? NameOf(Outcome? outcome) => outcome is { } known ? OutcomePolicy.NameOf(known) : null;

    /// <summary>Counts both, at a moment.</summary>
    internal static QueueStatus Count(LocalDatabase session, long now)
    {
        SqliteStatement row = session
            .Statement(
                """
                SELECT (SELECT count(*) FROM messages WHERE visible_at <= ?1),
                    (SELECT count(*) FROM messages WHERE visible_at > ?1),
                    (SELECT count(*) FROM dead_letters)
                """
            )
            .Bind(1, now);
        _ = row.Step();
        return new QueueStatus(row.Int64(0), row.Int64(1), row.Int64(2));
    }

    private static List<DeadLetterEntry> Peek(LocalDatabase session, Outcome? outcome, int limit)
    {
        SqliteStatement rows = session
            .Statement(
                """
                SELECT id, body, outcome, reason, receive_count, failed_at FROM dead_letters
                WHERE ?1 IS NULL OR outcome = ?1 ORDER BY failed_at, id LIMIT ?2
                """
            )
            .Bind(1, NameOf(outcome))
            .Bind(2, limit);
        var entries = new List<DeadLetterEntry>();
        while (rows.Step())
        {
            entries.Add(
                new DeadLetterEntry(
                    Id: rows.Text(0),
                    Body: rows.Text(1),
                    Outcome: OutcomePolicy.Parse(rows.Text(2)),
                    Reason: rows.Text(3),
                    ReceiveCount: (int)rows.Int64(4),
                    SentAt: DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(5))
                )
            );
        }

        return entries;
    }

    private static long Newest(LocalDatabase session)
    {
        SqliteStatement row = session.Statement("SELECT max(id) FROM dead_letters");
        return row.Step() && row.TextOrNull(0) is not null ? row.Int64(0) : 0;
    }

    private int Redrive(LocalDatabase session, Outcome? outcome, int limit, long until)
    {
        SqliteStatement rows = session
            .Statement(
                """
                DELETE FROM dead_letters WHERE id IN (
                    SELECT id FROM dead_letters WHERE (?1 IS NULL OR outcome = ?1) AND id <= ?3
                    ORDER BY failed_at, id LIMIT ?2)
                RETURNING key, body
                """
            )
            .Bind(1, NameOf(outcome))
            .Bind(2, limit)
            .Bind(3, until);
        var letters = new List<(string Key, string Body)>();
        while (rows.Step())
        {
            letters.Add((rows.Text(0), rows.Text(1)));
        }

        foreach ((string key, string body) in letters)
        {
            LocalQueue.Add(session, key, body, _clock);
        }

        return letters.Count;
    }
}
