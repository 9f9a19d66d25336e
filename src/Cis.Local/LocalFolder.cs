using Cis.Local.Folders;
using Cis.Local.Indexing;
using Cis.Local.Queueing;
using Cis.Local.Searching;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cis.Local;

/// <summary>What becomes of the documents of files that are deleted or moved away.</summary>
public enum DeletedFiles
{
    /// <summary>They leave the index.</summary>
    Forget,

    /// <summary>They stay in it.</summary>
    Keep,
}

/// <summary>What a folder is used with.</summary>
/// <param name="Folder">The files; they are never modified. What is ours is in <c>.cis</c> below it.</param>
public sealed record LocalFolderOptions(string Folder)
{
    /// <summary>A file that gets every document as well, in the format of <c>_bulk</c>; null for none.</summary>
    public string? NdjsonFile { get; init; }

    /// <summary>The index that the lines of <see cref="NdjsonFile"/> name.</summary>
    public string IndexName { get; init; } = "cis-files";

    /// <summary>How long a file must be left alone before it counts as complete.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A message that was received so often without being deleted goes to the dead letters.</summary>
    public int MaxReceives { get; init; } = 10;

    /// <summary>What becomes of the documents of files that are deleted or moved away.</summary>
    public DeletedFiles Deleted { get; init; } = DeletedFiles.Forget;

    /// <summary>How long to wait at the start while another process holds the database.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ends that waiting.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>The log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}

/// <summary>
/// A folder as everything the worker needs, without a cloud: its files are the queue and the store, and their text goes
/// into a full-text index beside them. Thread-safe.
/// </summary>
public sealed class LocalFolder : IDisposable
{
    /// <summary>The file name of the native library, in the payload.</summary>
    public const string LibraryName = "libe_sqlite3.so";

    // With a file that somebody keeps writing to, a single run would never end.
    private const int MaxLooks = 5;

    private readonly LocalDatabase _database;
    private readonly LocalQueue _queue;
    private readonly FolderPaths _paths;
    private readonly FolderFeed _feed;
    private readonly NdjsonDocumentIndex? _ndjson;
    private readonly LocalFolderOptions _options;
    private readonly TimeProvider _time;

    private LocalFolder(LocalDatabase database, LocalFolderOptions options, TimeProvider time)
    {
        _database = database;
        _options = options;
        _time = time;
        _paths = new FolderPaths(options.Folder, options.NdjsonFile);
        _queue = new LocalQueue(database, options.MaxReceives, time);
        _feed = new FolderFeed(database, _queue, _paths, options, time);
        Store = new FolderStore(_paths, database);
        var index = new SqliteDocumentIndex(database);
        _ndjson = options.NdjsonFile is { } file ? new NdjsonDocumentIndex(index, file, options.IndexName) : null;
        Index = _ndjson is null ? index : _ndjson;
    }

    /// <summary>Messages about the folder's files.</summary>
    public IMessageQueue Queue => _queue;

    /// <summary>The files; a reference's bucket is not looked at.</summary>
    public IObjectStore Store { get; }

    /// <summary>The full-text index.</summary>
    public IDocumentIndex Index { get; }

    /// <summary>Opens a folder for the worker.</summary>
    /// <param name="library">The handle of the loaded <see cref="LibraryName"/>.</param>
    /// <param name="options">Which folder, and what else.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ReadException">There is no such folder, or what is in <c>.cis</c> cannot be used.</exception>
    /// <exception cref="TransientException">It cannot be used for now.</exception>
    public static LocalFolder Open(nint library, LocalFolderOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        CreateStateFolder(options.Folder);
        var database = LocalDatabase.Open(library, DatabaseOf(options.Folder), options);
        try
        {
            return new LocalFolder(database, options, time);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder's index, also while a worker is at work on it.</summary>
    /// <inheritdoc cref="Open"/>
    public static FullTextSearch OpenSearch(nint library, string folder) =>
        new(LocalDatabase.OpenForReading(library, DatabaseOf(folder)));

    /// <summary>Opens a folder's dead letters, also while a worker is at work on it.</summary>
    /// <inheritdoc cref="Open"/>
    public static LocalDeadLetters OpenDeadLetters(nint library, string folder, TimeProvider time)
    {
        CheckRead(folder);
        return new LocalDeadLetters(LocalDatabase.Open(library, DatabaseOf(folder)), time);
    }

    /// <summary>Puts into the queue what is in the folder now, and waits a little for what is still being written.</summary>
    /// <exception cref="TransientException">The database cannot be written.</exception>
    public async Task FeedOnceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> again = _feed.LookAtAll(waitsForPauses: false, cancellationToken);
        for (int looks = 1; again.Count > 0 && looks < MaxLooks; looks++)
        {
            await Task.Delay(_feed.Settling, _time, cancellationToken);
            again = _feed.LookAt(again, waitsForPauses: false, cancellationToken);
        }
    }

    /// <summary>Puts into the queue what is in the folder and what gets into it, until it is cancelled.</summary>
    /// <exception cref="TransientException">The database cannot be written, or the folder is not there.</exception>
    public async Task FeedAsync(CancellationToken cancellationToken)
    {
        using var watcher = new FolderWatcher(_feed, _paths, () => _database.Generation, _options.Logger, _time);
        await watcher.RunAsync(cancellationToken);
    }

    /// <summary>
    /// Feeds once and waits until no message is left, neither waiting nor being worked at nor to be tried again later.
    /// </summary>
    /// <exception cref="TransientException">The database cannot be read.</exception>
    public async Task FeedUntilEmptyAsync(CancellationToken cancellationToken)
    {
        int generation;
        do
        {
            generation = _database.Generation;
            await FeedOnceAsync(cancellationToken);
            await UntilEmptyAsync(cancellationToken);
            // A queue that was removed is empty, too.
        } while (generation != _database.Generation);
    }

    /// <summary>Waits until no message is left, neither waiting nor being worked at nor to be tried again later.</summary>
    /// <exception cref="TransientException">The database cannot be read.</exception>
    public Task UntilEmptyAsync(CancellationToken cancellationToken) => _queue.UntilEmptyAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ndjson?.Dispose();
        _database.Dispose();
    }

    private static string DatabaseOf(string folder) => Path.Combine(StateFolderOf(folder), "index.db");

    private static string StateFolderOf(string folder) =>
        Path.Combine(Path.GetFullPath(folder), FolderPaths.StateFolder);

    private static void CheckRead(string folder)
    {
        if (!File.Exists(DatabaseOf(folder)))
        {
            throw new ReadException(
                Outcome.ObjectMissing,
                $"no worker has been at work on {folder} yet: run cis worker --local {folder}"
            );
        }
    }

    private static void CreateStateFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ReadException(
                Outcome.ObjectMissing,
                File.Exists(folder) ? $"{folder} is a file, and --local takes a folder" : $"there is no folder {folder}"
            );
        }

        try
        {
            Directory.CreateDirectory(StateFolderOf(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason =
                $"{folder} cannot be used: its state and index go into {StateFolderOf(folder)}: {FileFault.Describe(e)}";
            throw new ReadException(Outcome.AccessDenied, reason, e);
        }
    }
}
