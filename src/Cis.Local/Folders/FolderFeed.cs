using System.Globalization;
using System.Text;
using System.Text.Json;
using Cis.Local.Queueing;
using Cis.Local.Sqlite;
using Cis.Worker.Ports;

namespace Cis.Local.Folders;

/// <summary>
/// Puts a message into the queue for each file of the folder that is new or was replaced, once nobody has written to it
/// for a while. One that was taken too early, half written, is taken again when its size or time changes.
/// </summary>
internal sealed class FolderFeed
{
    // Enough to cost little per file, and few enough for the first ones to be read while others are still looked for.
    private const int BatchFiles = 256;

    private readonly LocalDatabase _database;
    private readonly LocalQueue _queue;
    private readonly FolderPaths _paths;
    private readonly TimeProvider _time;

    internal FolderFeed(
        LocalDatabase database,
        LocalQueue queue,
        FolderPaths paths,
        TimeSpan settling,
        TimeProvider time
    )
    {
        Settling = settling;
        _database = database;
        _queue = queue;
        _paths = paths;
        _time = time;
    }

    /// <summary>How long a file must be left alone before it counts as complete.</summary>
    internal TimeSpan Settling { get; }

    /// <summary>Looks at all files.</summary>
    /// <returns>The keys of those that somebody may still be writing to: to be looked at again.</returns>
    /// <exception cref="TransientException">The database cannot be written.</exception>
    internal IReadOnlyCollection<string> LookAtAll(CancellationToken cancellationToken) =>
        LookAt(_paths.Keys(), cancellationToken);

    /// <summary>Looks at some files, which need not exist.</summary>
    /// <inheritdoc cref="LookAtAll"/>
    internal IReadOnlyCollection<string> LookAt(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var unsettled = new List<string>();
        foreach (string[] batch in keys.Chunk(BatchFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (List<SeenFile> settled, List<string> rest) = Sort(batch);
            unsettled.AddRange(rest);
            if (settled.Count > 0 && _database.Write(Dependency.Queue, session => Take(session, settled)) > 0)
            {
                _queue.Wake();
            }
        }

        return unsettled;
    }

    private (List<SeenFile> Settled, List<string> Unsettled) Sort(string[] keys)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var settled = new List<SeenFile>();
        var unsettled = new List<string>();
        foreach (string key in keys)
        {
            if (_paths.PathOf(key) is not { } path || StampOf(key, path) is not { } stamp)
            {
                continue;
            }

            // A time to come is another machine's clock: nothing can be told from it.
            TimeSpan age = now - stamp.Changed;
            if (age >= Settling || age < -Settling)
            {
                settled.Add(new SeenFile(key, stamp));
            }
            else
            {
                unsettled.Add(key);
            }
        }

        return (settled, unsettled);
    }

    // A name that is not UTF-8, as old archives unpack them, comes with this character and leads to no file: taken as
    // one without content, it is missed at fetching and so ends among the dead letters, where its owner is told of it.
    private static FileStamp? StampOf(string key, string path) =>
        FileStamp.Of(path) ?? (key.Contains('\uFFFD', StringComparison.Ordinal) ? default(FileStamp) : null);

    private int Take(LocalDatabase session, List<SeenFile> files)
    {
        int taken = 0;
        foreach (SeenFile file in files)
        {
            long lastVersion = -1;
            SqliteStatement known = session
                .Statement("SELECT size, modified_ns, version_ms FROM files WHERE key = ?1")
                .Bind(1, file.Key);
            if (known.Step())
            {
                if (known.Int64(0) == file.Stamp.Size && known.Int64(1) == file.Stamp.ModifiedNs)
                {
                    continue;
                }

                lastVersion = known.Int64(2);
            }

            Enqueue(session, file, lastVersion);
            taken++;
        }

        return taken;
    }

    private void Enqueue(LocalDatabase session, SeenFile file, long lastVersion)
    {
        // An older file can take a newer one's place, restored from a backup perhaps. It is what the folder holds now,
        // so it must not lose by its date: then the time of its arrival is given.
        DateTimeOffset version =
            file.Stamp.Modified.ToUnixTimeMilliseconds() > lastVersion ? file.Stamp.Modified : file.Stamp.Changed;
        LocalQueue.Add(session, file.Key, BodyOf(file, version), _time.GetUtcNow().ToUnixTimeMilliseconds());
        session
            .Statement(
                """
                INSERT INTO files(key, size, modified_ns, version_ms) VALUES(?1, ?2, ?3, ?4)
                ON CONFLICT(key) DO UPDATE SET
                    size = excluded.size, modified_ns = excluded.modified_ns, version_ms = excluded.version_ms
                """
            )
            .Bind(1, file.Key)
            .Bind(2, file.Stamp.Size)
            .Bind(3, file.Stamp.ModifiedNs)
            .Bind(4, version.ToUnixTimeMilliseconds())
            .Run();
        // What is said of the file that was replaced holds no longer.
        session.Statement("DELETE FROM dead_letters WHERE key = ?1").Bind(1, file.Key).Run();
    }

    // The message that the old worker's senders write.
    private static string BodyOf(SeenFile file, DateTimeOffset lastModified)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("s3Key", file.Key);
            json.WriteString("fileId", file.Key);
            json.WriteString("fileName", Path.GetFileName(file.Key));
            json.WriteNumber("fileSize", file.Stamp.Size);
            json.WriteString(
                "lastModified",
                lastModified.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            );
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private readonly record struct SeenFile(string Key, FileStamp Stamp);
}
