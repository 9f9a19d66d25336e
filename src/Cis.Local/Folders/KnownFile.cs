using Cis.Local.Files;
using Cis.Local.Sqlite;

namespace Cis.Local.Folders;

/// <summary>What the database says of a file that was seen: a row of the table of files.</summary>
/// <param name="Stamp">As it was when it was taken.</param>
/// <param name="VersionMs">The version that its document has, or will have.</param>
/// <param name="Content">See <see cref="FileContent"/>; null until it was fetched.</param>
internal sealed record KnownFile(FileStamp Stamp, long VersionMs, string? Content)
{
    private const string Columns = "device, inode, size, modified_ns, changed_ns, version_ms, content";

    // More files of one size and one nanosecond come out of an archive at most: then they are read.
    private const int MaxAlike = 64;

    // Of a time that no file has: whatever comes in its place is another.
    private static readonly FileStamp Missing = new(0, 0, -1, 0, 0);

    /// <summary>Whether a file is as it was. Rows of version 1 know no more than size and time.</summary>
    internal bool IsStill(FileStamp stamp) =>
        Stamp == stamp || (IsOfVersion1 && Stamp.Size == stamp.Size && Stamp.ModifiedNs == stamp.ModifiedNs);

    /// <summary>Whether the row has to be completed.</summary>
    internal bool IsOfVersion1 => Stamp.Inode == 0 && Stamp.ChangedNs == 0;

    internal static KnownFile? Find(LocalDatabase session, string key)
    {
        SqliteStatement row = session.Statement($"SELECT {Columns} FROM files WHERE key = ?1").Bind(1, key);
        return row.Step() ? Read(row) : null;
    }

    internal void Put(LocalDatabase session, string key) =>
        session
            .Statement($"INSERT OR REPLACE INTO files(key, {Columns}) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, key)
            .Bind(2, Stamp.Device)
            .Bind(3, Stamp.Inode)
            .Bind(4, Stamp.Size)
            .Bind(5, Stamp.ModifiedNs)
            .Bind(6, Stamp.ChangedNs)
            .Bind(7, VersionMs)
            .Bind(8, Content)
            .Run();

    internal static void Remove(LocalDatabase session, string key) =>
        session.Statement("DELETE FROM files WHERE key = ?1").Bind(1, key).Run();

    /// <summary>Notes what was in a file when it was fetched, if it is still the one that was taken.</summary>
    internal static bool Fetched(LocalDatabase session, string key, FileStamp stamp, string content)
    {
        KnownFile? known = Find(session, key);
        if (known?.IsStill(stamp) == true)
        {
            (known with { Stamp = stamp, Content = content }).Put(session, key);
        }

        return true;
    }

    /// <summary>Notes that a file was not there to be fetched: should it come back, it is to be read.</summary>
    internal static bool Missed(LocalDatabase session, string key)
    {
        if (Find(session, key) is { } known)
        {
            (known with { Stamp = Missing, Content = null }).Put(session, key);
        }

        return true;
    }

    /// <summary>The files that another one could have been before it was moved.</summary>
    internal static List<(string Key, KnownFile File)> Alike(LocalDatabase session, FileStamp stamp)
    {
        SqliteStatement rows = session
            .Statement($"SELECT {Columns}, key FROM files WHERE size = ?1 AND modified_ns = ?2 LIMIT ?3")
            .Bind(1, stamp.Size)
            .Bind(2, stamp.ModifiedNs)
            .Bind(3, MaxAlike);
        var alike = new List<(string, KnownFile)>();
        while (rows.Step())
        {
            alike.Add((rows.Text(7), Read(rows)));
        }

        return alike;
    }

    /// <summary>The next keys in their order.</summary>
    /// <param name="session">The database.</param>
    /// <param name="after">They come after this one.</param>
    /// <param name="below">They begin so.</param>
    /// <param name="limit">The most.</param>
    internal static List<string> KeysAfter(LocalDatabase session, string after, string below, int limit)
    {
        // Below a folder are the keys from "folder/" up to "folder0": '0' is what follows '/'.
        SqliteStatement rows = session
            .Statement(
                "SELECT key FROM files WHERE key > ?1 AND key >= ?2 AND (?3 = '' OR key < ?3) ORDER BY key LIMIT ?4"
            )
            .Bind(1, after)
            .Bind(2, below)
            .Bind(3, below.Length == 0 ? "" : below[..^1] + '0')
            .Bind(4, limit);
        var keys = new List<string>();
        while (rows.Step())
        {
            keys.Add(rows.Text(0));
        }

        return keys;
    }

    private static KnownFile Read(SqliteStatement row) =>
        new(
            new FileStamp(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4)),
            row.Int64(5),
            row.TextOrNull(6)
        );
}
