using Cis.Local.Sqlite;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local.Queueing;

/// <summary>A file that could not be read.</summary>
/// <param name="Id">The message's.</param>
/// <param name="Key">The file's path below the folder.</param>
/// <param name="Body">The message.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, for a person.</param>
/// <param name="ReceiveCount">How often it was tried.</param>
/// <param name="FailedAt">When it was given up.</param>
public sealed record DeadLetter(
    string Id,
    string Key,
    string Body,
    Outcome Outcome,
    string Reason,
    int ReceiveCount,
    DateTimeOffset FailedAt
);

/// <summary>How many messages a local queue has.</summary>
/// <param name="Waiting">To be read.</param>
/// <param name="InFlight">Being read, or waiting for their next try.</param>
/// <param name="Dead">Put aside.</param>
public sealed record QueueCounts(long Waiting, long InFlight, long Dead);

/// <summary>The files that could not be read: to look at, to try again, to forget. Thread-safe.</summary>
public sealed class DeadLetters : IDisposable
{
    private readonly LocalDatabase _database;
    private readonly TimeProvider _time;

    internal DeadLetters(LocalDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many messages there are.</summary>
    /// <exception cref="TransientException">The database cannot be read.</exception>
    public QueueCounts Count() =>
        _database.Read(
            Dependency.Queue,
            session =>
            {
                SqliteStatement row = session
                    .Statement(
                        """
                        SELECT (SELECT count(*) FROM messages WHERE visible_at <= ?1),
                            (SELECT count(*) FROM messages WHERE visible_at > ?1),
                            (SELECT count(*) FROM dead_letters)
                        """
                    )
                    .Bind(1, Now);
                _ = row.Step();
                return new QueueCounts(row.Int64(0), row.Int64(1), row.Int64(2));
            }
        );

    /// <summary>Lists them, the oldest first.</summary>
    /// <param name="outcome">Only those that ended so; null for all.</param>
    /// <param name="limit">The most wanted.</param>
    /// <exception cref="TransientException">The database cannot be read.</exception>
    public IReadOnlyList<DeadLetter> List(Outcome? outcome, int limit) =>
        _database.Read(Dependency.Queue, session => ReadAll(session, outcome, limit));

    /// <summary>Puts them into the queue again, as if they had never been tried.</summary>
    /// <returns>How many.</returns>
    /// <inheritdoc cref="List"/>
    public int Redrive(Outcome? outcome, int limit) =>
        _database.Write(
            Dependency.Queue,
            session =>
            {
                List<DeadLetter> letters = ReadAll(session, outcome, limit);
                foreach (DeadLetter letter in letters)
                {
                    LocalQueue.Add(session, letter.Key, letter.Body, Now);
                    Remove(session, letter.Id);
                }

                return letters.Count;
            }
        );

    /// <summary>Forgets them; the files stay as they are, and are not tried again until they change.</summary>
    /// <returns>How many.</returns>
    /// <inheritdoc cref="List"/>
    public long Purge(Outcome? outcome) =>
        _database.Write(
            Dependency.Queue,
            session =>
                session
                    .Statement("DELETE FROM dead_letters WHERE ?1 IS NULL OR outcome = ?1")
                    .Bind(1, outcome?.ToString())
                    .Run()
        );

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static List<DeadLetter> ReadAll(LocalDatabase session, Outcome? outcome, int limit)
    {
        SqliteStatement rows = session
            .Statement(
                """
                SELECT id, key, body, outcome, reason, receive_count, failed_at FROM dead_letters
                WHERE ?1 IS NULL OR outcome = ?1 ORDER BY failed_at, id LIMIT ?2
                """
            )
            .Bind(1, outcome?.ToString())
            .Bind(2, limit);
        var letters = new List<DeadLetter>();
        while (rows.Step())
        {
            letters.Add(Read(rows));
        }

        return letters;
    }

    private static void Remove(LocalDatabase session, string id) =>
        session.Statement("DELETE FROM dead_letters WHERE id = ?1").Bind(1, id).Run();

    private static DeadLetter Read(SqliteStatement row) =>
        new(
            Id: row.Text(0),
            Key: row.Text(1),
            Body: row.Text(2),
            Outcome: Enum.TryParse(row.Text(3), out Outcome outcome) ? outcome : Outcome.Crashed,
            Reason: row.Text(4),
            ReceiveCount: (int)row.Int64(5),
            FailedAt: DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6))
        );
}
