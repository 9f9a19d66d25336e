using System.Diagnostics;
using Cis.Local.Files;
using Cis.Local.Sqlite;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cis.Local;

/// <summary>
/// The one file that holds the queue, the dead letters and the full-text index of a folder. Thread-safe within the
/// process by a lock, and across processes by SQLite's own.
/// </summary>
internal sealed class LocalDatabase : IDisposable
{
    // Another process holds the lock while its batch is written: milliseconds. If it takes longer, something else is
    // going on (a backup, a person with sqlite3), and a warning says so; after the timeout, the caller has to handle
    // it.
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(1);
    private const int WaitsInTimeout = 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly Access _access;
    private SqliteConnection _connection;
    private FileStamp? _file;
    private bool _hasSaidBusy;

    private LocalDatabase(Access access)
    {
        _access = access;
        _connection = access.Open();
        _file = FileStamp.Of(access.Path);
    }

    /// <summary>How often the file was created again because somebody had removed it.</summary>
    internal int Generation { get; private set; }

    /// <summary>Opens the file for reading and writing, and creates it if it does not exist.</summary>
    /// <param name="library">The handle of a loaded SQLite.</param>
    /// <param name="path">The file; the folder above its own exists.</param>
    /// <param name="options">How long to wait for other writers, and who is told; null for the default.</param>
    /// <exception cref="ReadException">It cannot be opened, is damaged, or belongs to another version of cis.</exception>
    /// <exception cref="TransientException">It is busy, the disk is full or has a fault.</exception>
    internal static LocalDatabase Open(nint library, string path, LocalFolderOptions? options = null) =>
        Open(
            new Access(new SqliteNative(library), path, SqliteCode.OpenReadWrite | SqliteCode.OpenCreate)
            {
                BusyTimeout = options?.BusyTimeout ?? UsualTimeout,
                Logger = options?.Logger ?? NullLogger.Instance,
            },
            options?.Stop ?? default
        );

    /// <summary>Opens the file for reading while others may write.</summary>
    /// <inheritdoc cref="Open(nint, string, LocalFolderOptions?)"/>
    internal static LocalDatabase OpenForReading(nint library, string path) =>
        File.Exists(path)
            ? Open(new Access(new SqliteNative(library), path, SqliteCode.OpenReadOnly), default)
            : throw new ReadException(
                Outcome.ObjectMissing,
                $"there is no index at {path}: let cis worker --local read the folder first"
            );

    /// <summary>Runs a transaction, whole or not at all.</summary>
    /// <param name="dependency">What the worker uses the database as, for the report of a fault.</param>
    /// <param name="work">Called with the lock held.</param>
    /// <exception cref="TransientException">The database is busy, the disk is full or has a fault.</exception>
    internal T Write<T>(Dependency dependency, Func<LocalDatabase, T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_connection.IsClosed, this);
            EnsureThere(dependency);
            try
            {
                Begin();
                T result = work(this);
                ResetAll();
                _connection.Execute("COMMIT");
                return result;
            }
            catch (SqliteException e)
            {
                throw Fault(dependency, e);
            }
            finally
            {
                // Whatever was thrown, no transaction and no row stays open for the next caller.
                ResetAll();
                RollBack();
            }
        }
    }

    /// <summary>Reads.</summary>
    /// <inheritdoc cref="Write"/>
    internal T Read<T>(Dependency dependency, Func<LocalDatabase, T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_connection.IsClosed, this);
            EnsureThere(dependency);
            try
            {
                return work(this);
            }
            catch (SqliteException e)
            {
                throw Fault(dependency, e);
            }
            finally
            {
                ResetAll();
            }
        }
    }

    /// <summary>A statement, compiled at its first use; for use within <see cref="Write"/> or <see cref="Read"/> only.</summary>
    internal SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            _statements.Add(sql, statement = _connection.Prepare(sql));
        }

        statement.Reset();
        return statement;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (SqliteStatement statement in _statements.Values)
            {
                statement.Dispose();
            }

            _statements.Clear();
            _connection.Dispose();
        }
    }

    private static LocalDatabase Open(Access access, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return new LocalDatabase(access);
            }
            catch (SqliteException e)
                when (e.Code == SqliteCode.Busy && Stopwatch.GetElapsedTime(start) < access.BusyTimeout)
            {
                if (isFirst)
                {
                    LocalLog.Held(access.Logger, access.Path);
                }

                // SQLite gives up at once where it sees that waiting is useless for now.
                cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (SqliteException e)
            {
                throw Unusable(access.Path, e);
            }
        }
    }

    // A user who removes .cis wants the folder read again; writes into the unlinked file would be lost.
    private void EnsureThere(Dependency dependency)
    {
        if (_access.IsReadOnly || (FileStamp.Of(_access.Path) is { } now && _file?.IsSameFile(now) == true))
        {
            return;
        }

        SqliteConnection connection;
        try
        {
            _access.MakeFolder();
            connection = _access.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or ReadException)
        {
            throw new TransientException(
                dependency,
                $"{_access.Path} was removed and cannot be created again: {e.Message}",
                e
            );
        }

        Abandon();
        _connection = connection;
        _file = FileStamp.Of(_access.Path);
        Generation++;
        LocalLog.Remade(_access.Logger, _access.Path);
    }

    // Never closed: SQLite would delete files of the new database by their names.
    private void Abandon()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.SetHandleAsInvalid();
    }

    private void Begin()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                _connection.Execute("BEGIN IMMEDIATE");
                _hasSaidBusy = false;
                return;
            }
            catch (SqliteException e)
                when (e.Code == SqliteCode.Busy
                    && Stopwatch.GetElapsedTime(start) < Min(_access.BusyTimeout, UsualTimeout)
                )
            {
                if (!_hasSaidBusy)
                {
                    LocalLog.Held(_access.Logger, _access.Path);
                }

                _hasSaidBusy = true;
            }
        }
    }

    private static Exception Unusable(string path, SqliteException e) =>
        e.Code switch
        {
            SqliteCode.NotADatabase or SqliteCode.Corrupt => new ReadException(
                Outcome.Corrupt,
                $"{path} is damaged ({e.Message}): move it away, and the folder is read again",
                e
            ),
            SqliteCode.Busy => new TransientException(Dependency.Index, $"{path} is held by another process", e),
            SqliteCode.InputOutput or SqliteCode.Full => new TransientException(
                Dependency.Index,
                $"{path} cannot be opened: {e.Message}",
                e
            ),
            _ => new ReadException(Outcome.AccessDenied, $"{path} cannot be opened: {e.Message}", e),
        };

    private TransientException Fault(Dependency dependency, SqliteException e) =>
        new(dependency, $"{_access.Path}: {e.Message}", e) { IsWorthRetrying = e.Code != SqliteCode.Corrupt };

    private void ResetAll()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Reset();
        }
    }

    private void RollBack()
    {
        if (_connection.IsInTransaction)
        {
            _connection.Execute("ROLLBACK");
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>How the file is opened, the first time and again.</summary>
    private sealed record Access(SqliteNative Native, string Path, int Flags)
    {
        internal TimeSpan BusyTimeout { get; init; } = UsualTimeout;

        internal ILogger Logger { get; init; } = NullLogger.Instance;

        internal bool IsReadOnly => Flags == SqliteCode.OpenReadOnly;

        internal SqliteConnection Open()
        {
            var connection = SqliteConnection.Open(
                Native,
                Path,
                Flags,
                Min(BusyTimeout, UsualTimeout) / WaitsInTimeout
            );
            try
            {
                Schema.Prepare(connection, Path, IsReadOnly);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        /// <summary>Makes the folder of the file, but not the one that holds it.</summary>
        internal void MakeFolder()
        {
            string folder = System.IO.Path.GetDirectoryName(Path)!;
            if (!Directory.Exists(System.IO.Path.GetDirectoryName(folder)))
            {
                throw new DirectoryNotFoundException($"there is no folder {System.IO.Path.GetDirectoryName(folder)}");
            }

            Directory.CreateDirectory(folder);
        }
    }
}
