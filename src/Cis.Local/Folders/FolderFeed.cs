using System.Globalization;
using System.Text;
using System.Text.Json;
using Cis.Local.Files;
using Cis.Local.Indexing;
using Cis.Local.Queueing;
using Cis.Worker.Ports;

namespace Cis.Local.Folders;

/// <summary>
/// Keeps queue and index in step with the folder. A file that is new or has changed gets a message, once nobody writes
/// to it any more; a renamed file's document gets the new name; a deleted file's document is removed.
/// </summary>
internal sealed class FolderFeed
{
    // Enough to cost little per file, and few enough to start reading the first ones while the scan goes on.
    private const int BatchFiles = 256;

    // In a folder where some file is always settling, deleted files are forgotten after so many scans.
    private const int LooksBeforeGone = 5;

    private readonly Dictionary<string, long> _goneSince = new(StringComparer.Ordinal);
    private readonly LocalDatabase _database;
    private readonly LocalQueue _queue;
    private readonly FolderPaths _paths;
    private readonly Completeness _completeness;
    private readonly bool _forgets;
    private readonly TimeProvider _time;

    internal FolderFeed(
        LocalDatabase database,
        LocalQueue queue,
        FolderPaths paths,
        LocalFolderOptions options,
        TimeProvider time
    )
    {
        _database = database;
        _queue = queue;
        _paths = paths;
        _completeness = new Completeness(options.Settling, time);
        _forgets = options.Deleted == DeletedFiles.Forget;
        _time = time;
        Settling = options.Settling;
    }

    /// <summary>How long a file must be unchanged before it counts as complete.</summary>
    internal TimeSpan Settling { get; }

    /// <summary>Examines all files, including those that were there before.</summary>
    /// <param name="waitsForPauses">Whether to wait longer for files that are changed again and again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The keys of files to examine again, because somebody is still writing to them.</returns>
    /// <exception cref="TransientException">The database cannot be written.</exception>
    internal IReadOnlyCollection<string> LookAtAll(bool waitsForPauses, CancellationToken cancellationToken)
    {
        var again = new List<string>();
        LookAt(_paths.Keys(), waitsForPauses, again, cancellationToken);
        ForgetBelow("", again, cancellationToken);
        return again;
    }

    /// <summary>Examines some files, which need not exist, and may be folders that have been removed.</summary>
    /// <inheritdoc cref="LookAtAll"/>
    internal IReadOnlyCollection<string> LookAt(
        IEnumerable<string> keys,
        bool waitsForPauses,
        CancellationToken cancellationToken
    )
    {
        var again = new List<string>();
        LookAt(keys, waitsForPauses, again, cancellationToken);
        return again;
    }

    private void LookAt(
        IEnumerable<string> keys,
        bool waitsForPauses,
        List<string> again,
        CancellationToken cancellationToken
    )
    {
        var gone = new List<string>();
        foreach (string[] batch in keys.Chunk(BatchFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(Seen(batch), waitsForPauses, again, cancellationToken);
            gone.AddRange(batch.Where(_paths.IsGone));
        }

        // Last: a renamed file takes its document along before its old name is forgotten.
        foreach (string key in gone)
        {
            Forget([key], again);
            ForgetBelow(key + "/", again, cancellationToken);
        }
    }

    private List<SeenFile> Seen(string[] keys)
    {
        var seen = new List<SeenFile>();
        foreach (string key in keys)
        {
            if (_paths.PathOf(key) is { } path && StampOf(key, path) is { } stamp)
            {
                seen.Add(new SeenFile(key, path, stamp));
            }
        }

        return seen;
    }

    // A name that is not UTF-8, as old archives create them, contains this character and cannot be opened: the file is
    // taken as one without content, cannot be fetched, and so becomes a dead letter, which tells its owner.
    private static FileStamp? StampOf(string key, string path) =>
        FileStamp.Of(path) ?? (key.Contains('\uFFFD', StringComparison.Ordinal) ? default(FileStamp) : null);

    private void Take(List<SeenFile> seen, bool waitsForPauses, List<string> again, CancellationToken cancellationToken)
    {
        List<(SeenFile File, KnownFile? Known)> changed = _database.Read(
            Dependency.Queue,
            session => Changed(session, seen)
        );
        var taken = new List<Arrival>();
        foreach ((SeenFile file, KnownFile? known) in changed)
        {
            if (known?.IsStill(file.Stamp) == true || _completeness.IsComplete(file, known, waitsForPauses))
            {
                taken.Add(Examine(file, known, cancellationToken));
            }
            else if (RenamedFrom(file) is { } from)
            {
                // It was complete under its old name.
                taken.Add(new Arrival(file, known, from));
            }
            else
            {
                again.Add(file.Key);
            }
        }

        if (taken.Count > 0 && _database.Write(Dependency.Queue, session => taken.Count(it => Take(session, it))) > 0)
        {
            _queue.Wake();
        }
    }

    // Most files have not changed: nobody else has to wait while that is found out.
    private static List<(SeenFile File, KnownFile? Known)> Changed(LocalDatabase session, List<SeenFile> seen)
    {
        var changed = new List<(SeenFile, KnownFile?)>();
        foreach (SeenFile file in seen)
        {
            var known = KnownFile.Find(session, file.Key);
            if (known is null || known.IsOfVersion1 != (file.Stamp == default) || !known.IsStill(file.Stamp))
            {
                changed.Add((file, known));
            }
        }

        return changed;
    }

    /// <summary>Finds out what has happened to a file, without holding the lock.</summary>
    private Arrival Examine(SeenFile file, KnownFile? known, CancellationToken cancellationToken)
    {
        string? content = null;
        string? ContentOf() => content ??= FileContent.DigestOf(file.Path, file.Stamp, cancellationToken);

        if (known is not null && known.Stamp.Size == file.Stamp.Size)
        {
            bool isSame = known.IsStill(file.Stamp) || (known.Content is not null && known.Content == ContentOf());
            if (isSame)
            {
                return new Arrival(file, known, MovedFrom: null) { HasSameContent = true };
            }
        }

        string? from = Left(file)
            .Find(other => other.File.Stamp.IsSameFile(file.Stamp) || other.File.Content == ContentOf())
            .Key;
        return new Arrival(file, known, from);
    }

    private string? RenamedFrom(SeenFile file) => Left(file).Find(other => other.File.Stamp.IsSameFile(file.Stamp)).Key;

    /// <summary>Files of the same size and time that are no longer where they were.</summary>
    private List<(string Key, KnownFile File)> Left(SeenFile file) =>
        _database
            .Read(Dependency.Queue, session => KnownFile.Alike(session, file.Stamp))
            .FindAll(other =>
                other.Key != file.Key && other.File.Content is not null && HasLeft(other.Key, other.File)
            );

    private bool HasLeft(string key, KnownFile file) =>
        _paths.IsGone(key)
        || (_paths.PathOf(key) is { } path && FileStamp.Of(path) is { } stamp && !file.Stamp.IsSameFile(stamp));

    /// <summary>Brings queue and index up to date with a file.</summary>
    /// <returns>Whether it is to be read.</returns>
    private bool Take(LocalDatabase session, Arrival arrival)
    {
        (SeenFile file, KnownFile? before, string? from) = arrival;
        var known = KnownFile.Find(session, file.Key);
        if (known is not null && known.Stamp == file.Stamp)
        {
            // Another process was faster.
            return false;
        }

        if (known is not null && known == before && arrival.HasSameContent)
        {
            (known with { Stamp = file.Stamp }).Put(session, file.Key);
            return false;
        }

        if (from is not null && TryMove(session, from, file))
        {
            return false;
        }

        Enqueue(session, file, known?.VersionMs);
        return true;
    }

    // Not one that is still to be read or in flight: it would reappear under its old name.
    private static bool TryMove(LocalDatabase session, string from, SeenFile file)
    {
        bool isSettled =
            IndexedFile.Exists(session, from) && !LocalQueue.Has(session, from) && !LocalQueue.Has(session, file.Key);
        if (!isSettled || KnownFile.Find(session, from) is not { } moved)
        {
            return false;
        }

        IndexedFile.Move(session, from, file.Key);
        KnownFile.Remove(session, from);
        (moved with { Stamp = file.Stamp }).Put(session, file.Key);
        LocalDeadLetters.Forget(session, file.Key);
        return true;
    }

    private void Enqueue(LocalDatabase session, SeenFile file, long? lastVersion)
    {
        long version = VersionOf(file.Stamp, lastVersion);
        LocalQueue.TakeBack(session, file.Key, _queue.Clock.NowForAll(session));
        LocalQueue.Add(session, file.Key, BodyOf(file, DateTimeOffset.FromUnixTimeMilliseconds(version)), _queue.Clock);
        new KnownFile(file.Stamp, version, Content: null).Put(session, file.Key);
        // The outcome of the file that was replaced no longer applies.
        LocalDeadLetters.Forget(session, file.Key);
    }

    // An older file may replace a newer one, such as one restored from a backup, and a file may be dated in the future.
    // The current content of the folder must not lose because of its date: then the time of its arrival is used, or the
    // next free second. Whole seconds, because DocumentKey extends times of whole seconds.
    private static long VersionOf(FileStamp stamp, long? lastVersion)
    {
        const long second = 1000;
        long next = lastVersion + second ?? long.MinValue;
        long modified = stamp.Modified.ToUnixTimeMilliseconds();
        return modified >= next ? modified : Math.Max(next, stamp.Changed.ToUnixTimeMilliseconds());
    }

    /// <summary>Forgets deleted files below a folder.</summary>
    private void ForgetBelow(string folder, List<string> again, CancellationToken cancellationToken)
    {
        string last = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<string> keys = _database.Read(
                Dependency.Queue,
                session => KnownFile.KeysAfter(session, last, folder, BatchFiles)
            );
            if (keys.Count == 0)
            {
                return;
            }

            last = keys[^1];
            Forget(keys.FindAll(_paths.IsGone), again);
        }
    }

    private void Forget(List<string> gone, List<string> again)
    {
        // Where documents stay in the index, nothing is to be done: fetching a deleted file fails by itself.
        if (gone.Count == 0 || !_forgets)
        {
            return;
        }

        // A new file that is still settling may be one of them under another name, copied from another file system.
        List<string> early = again.Count == 0 ? [] : gone.FindAll(IsEarly);
        List<string> due = gone.FindAll(key => !early.Contains(key));
        again.AddRange(early);
        again.AddRange(_database.Write(Dependency.Queue, session => due.FindAll(key => !TryForget(session, key))));
        due.ForEach(key => _goneSince.Remove(key));
        _queue.Wake();
    }

    private bool IsEarly(string key)
    {
        if (!_goneSince.TryGetValue(key, out long since))
        {
            _goneSince[key] = since = _time.GetTimestamp();
        }

        return _time.GetElapsedTime(since) < Settling * LooksBeforeGone;
    }

    // Not while it is in flight: it would enter the index after it was removed from it.
    private bool TryForget(LocalDatabase session, string key)
    {
        long now = _queue.Clock.NowForAll(session);
        if (LocalQueue.IsHidden(session, key, now))
        {
            return false;
        }

        LocalQueue.TakeBack(session, key, now);
        LocalDeadLetters.Forget(session, key);
        IndexedFile.Remove(session, key);
        KnownFile.Remove(session, key);
        return true;
    }

    // The form of message that senders for the old worker write.
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

    /// <summary>A file that is complete, and what is known of its origin.</summary>
    private readonly record struct Arrival(SeenFile File, KnownFile? Known, string? MovedFrom)
    {
        internal bool HasSameContent { get; init; }
    }
}
