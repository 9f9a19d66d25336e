using Cis.Local.Sqlite;
using Cis.Pages;

namespace Cis.Local;

/// <summary>The tables, and how a connection has to be set up.</summary>
internal static class Schema
{
    // Times are milliseconds since 1970; keys are paths below the folder, with '/'.
    private const int Version = 2;

    private static readonly string[] Tables =
    [
        // What the folder was seen to hold: see KnownFile.
        """
            CREATE TABLE files(
                key TEXT PRIMARY KEY,
                size INTEGER NOT NULL,
                modified_ns INTEGER NOT NULL,
                version_ms INTEGER NOT NULL
            ) WITHOUT ROWID
            """,
        """
            CREATE TABLE messages(
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                key TEXT NOT NULL,
                body TEXT NOT NULL,
                sent_at INTEGER NOT NULL,
                visible_at INTEGER NOT NULL,
                receive_count INTEGER NOT NULL DEFAULT 0,
                receipt TEXT UNIQUE
            )
            """,
        "CREATE INDEX messages_by_visibility ON messages(visible_at, id)",
        """
            CREATE TABLE dead_letters(
                id INTEGER PRIMARY KEY,
                key TEXT NOT NULL,
                body TEXT NOT NULL,
                sent_at INTEGER NOT NULL,
                failed_at INTEGER NOT NULL,
                receive_count INTEGER NOT NULL,
                outcome TEXT NOT NULL,
                reason TEXT NOT NULL
            )
            """,
        "CREATE INDEX dead_letters_by_key ON dead_letters(key)",
        // record: the document as JSON, but for its text, which pages has.
        """
            CREATE TABLE documents(
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                version INTEGER NOT NULL,
                name TEXT NOT NULL,
                key TEXT NOT NULL,
                record TEXT NOT NULL
            )
            """,
        // rowid: see PageRow. The text is prepared by SearchText.
        "CREATE VIRTUAL TABLE pages USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')",
    ];

    // After the tables of version 1, in new databases as in old ones. What a file's row lacks is filled in when it is
    // looked at next.
    private static readonly string[] Version2 =
    [
        "ALTER TABLE files ADD COLUMN device INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE files ADD COLUMN inode INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE files ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE files ADD COLUMN content TEXT",
        "CREATE INDEX files_by_stamp ON files(size, modified_ns)",
        "CREATE INDEX messages_by_key ON messages(key)",
        "CREATE INDEX dead_letters_by_time ON dead_letters(failed_at, id)",
        "CREATE INDEX documents_by_key ON documents(key)",
    ];

    // Beside the tables of any version: those who know nothing of it lose nothing. See QueueClock.
    private const string Clocks = """
        CREATE TABLE IF NOT EXISTS queue_clocks(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            boot TEXT NOT NULL UNIQUE,
            offset_ms INTEGER NOT NULL
        )
        """;

    /// <summary>Sets a connection up, and makes the tables in a new database.</summary>
    /// <exception cref="ReadException">The database is of another version.</exception>
    internal static void Prepare(SqliteConnection connection, string path, bool isReadOnly)
    {
        // The file may come with a folder that somebody else sent: what its schema says is not to be trusted.
        connection.Execute("PRAGMA trusted_schema = OFF");
        connection.Execute("PRAGMA cell_size_check = ON");
        if (!isReadOnly)
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            // A crash of the process loses nothing. One of the machine may lose the last transactions, but in their
            // order: a message whose deletion survives has its document in the index too.
            connection.Execute("PRAGMA synchronous = NORMAL");
            Create(connection);
        }

        // Reading needs nothing of what is new in version 2.
        long version = VersionOf(connection);
        if (version != Version && !(isReadOnly && version == 1))
        {
            throw new ReadException(
                Outcome.Corrupt,
                $"{path} is of version {version}, and this cis knows version {Version}: use the cis that made it, or move it away"
            );
        }
    }

    // Within a transaction: of two processes that start at the same time one makes the tables, the other finds them.
    private static void Create(SqliteConnection connection)
    {
        connection.Execute("BEGIN IMMEDIATE");
        long version = VersionOf(connection);
        if (version == 0)
        {
            Array.ForEach(Tables, connection.Execute);
        }

        if (version is 0 or 1)
        {
            Array.ForEach(Version2, connection.Execute);
            connection.Execute($"PRAGMA user_version = {Version}");
            version = Version;
        }

        if (version == Version)
        {
            connection.Execute(Clocks);
        }

        connection.Execute("COMMIT");
    }

    private static long VersionOf(SqliteConnection connection)
    {
        using SqliteStatement version = connection.Prepare("PRAGMA user_version");
        return version.Step() ? version.Int64(0) : 0;
    }
}
