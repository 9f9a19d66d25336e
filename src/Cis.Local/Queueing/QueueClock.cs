namespace Cis.Local.Queueing;

/// <summary>
/// The time that messages are hidden by. It goes on with the machine's running time, whatever its time of day is set to, and
/// is the same for all processes on a folder: the first of them after a start of the machine notes how far apart the two are.
/// </summary>
/// <param name="time">The machine's clocks.</param>
/// <param name="boot">Names the start of the machine that its running time counts from.</param>
internal sealed class QueueClock(TimeProvider time, string boot)
{
    // Whoever hid a message before the machine started is gone. The longest pause between two tries is as long.
    private const long LongestHiddenMs = 15 * 60 * 1000;

    // Machines that share a folder have starts of their own.
    private const int StartsKept = 16;

    /// <summary>This machine's, since it was started.</summary>
    internal QueueClock(TimeProvider time)
        : this(time, BootName.Current) { }

    /// <summary>Milliseconds since 1970, as the time of day was when the first process began with the folder.</summary>
    /// <param name="session">Within <see cref="LocalDatabase.Read"/> or <see cref="LocalDatabase.Write"/>.</param>
    internal long Now(LocalDatabase session) => Running + (OffsetIn(session) ?? TimeOfDay - Running);

    /// <summary>The same, and from now on for all processes.</summary>
    /// <param name="session">Within <see cref="LocalDatabase.Write"/>.</param>
    internal long NowForAll(LocalDatabase session) => Running + (OffsetIn(session) ?? Note(session));

    /// <summary>The time of day, for what people read.</summary>
    internal long TimeOfDay => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Running => (long)time.GetElapsedTime(0).TotalMilliseconds;

    private long? OffsetIn(LocalDatabase session)
    {
        Sqlite.SqliteStatement row = session
            .Statement("SELECT offset_ms FROM queue_clocks WHERE boot = ?1")
            .Bind(1, boot);
        return row.Step() ? row.Int64(0) : null;
    }

    private long Note(LocalDatabase session)
    {
        long offset = TimeOfDay - Running;
        session
            .Statement("INSERT INTO queue_clocks(boot, offset_ms) VALUES(?1, ?2)")
            .Bind(1, boot)
            .Bind(2, offset)
            .Run();
        session
            .Statement("DELETE FROM queue_clocks WHERE number <= (SELECT max(number) FROM queue_clocks) - ?1")
            .Bind(1, StartsKept)
            .Run();
        // The time of day may have been far ahead when they were sent or hidden.
        session
            .Statement(
                """
                UPDATE messages SET visible_at = ?1 + (receive_count > 0) * ?2
                WHERE visible_at > ?1 + (receive_count > 0) * ?2
                """
            )
            .Bind(1, Running + offset)
            .Bind(2, LongestHiddenMs)
            .Run();
        return offset;
    }
}
