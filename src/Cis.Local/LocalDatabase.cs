using Cis.Local.Sqlite;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local;

/// <summary>
/// The one file that holds the queue, the dead letters and the full-text index of a folder. Thread-safe within the
/// process by a lock, and across processes by SQLite's own.
/// </summary>
internal sealed class LocalDatabase : IDisposable
{
    // Another process holds the file for as long as its batch takes to write: milliseconds.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly string _path;

    private LocalDatabase(SqliteConnection connection, string path)
    {
        _connection = connection;
        _path = path;
    }

    /// <summary>Opens the file for reading and writing, and makes it if it is not there.</summary>
    /// <param name="library">The handle of a loaded SQLite.</param>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="patience">How long to wait for other processes that write; null for what is usual.</param>
    /// <exception cref="ReadException">It cannot be opened, is damaged, or belongs to another version of cis.</exception>
    /// <exception cref="TransientException">It is busy, the disk is full or has a fault.</exception>
    internal static LocalDatabase Open(nint library, string path, TimeSpan? patience = null) =>
        Open(library, path, SqliteCode.OpenReadWrite | SqliteCode.OpenCreate, patience);

    /// <summary>Opens the file for reading while others may write.</summary>
    /// <inheritdoc cref="Open(nint, string, TimeSpan?)"/>
    internal static LocalDatabase OpenForReading(nint library, string path) =>
        File.Exists(path)
            ? Open(library, path, SqliteCode.OpenReadOnly, patience: null)
            : throw new ReadException(
                Outcome.ObjectMissing,
                $"there is no index at {path}: let cis worker --local read the folder first"
            );

    /// <summary>Does something in a transaction, whole or not at all.</summary>
    /// <param name="dependency">What the worker uses the database as, for the report of a fault.</param>
    /// <param name="work">Called with the lock held.</param>
    /// <exception cref="TransientException">The database is busy, the disk is full or has a fault.</exception>
    internal T Write<T>(Dependency dependency, Func<LocalDatabase, T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_connection.IsClosed, this);
            try
            {
                _connection.Execute("BEGIN IMMEDIATE");
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
                // Whatever was thrown, the next caller finds no transaction and no row open.
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

    private static LocalDatabase Open(nint library, string path, int flags, TimeSpan? patience)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnection.Open(new SqliteNative(library), path, flags, patience ?? BusyTimeout);
            Schema.Prepare(connection, path, isReadOnly: flags == SqliteCode.OpenReadOnly);
            return new LocalDatabase(connection, path);
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw Unusable(path, e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    private static Exception Unusable(string path, SqliteException e) =>
        e.Code switch
        {
            SqliteCode.NotADatabase or SqliteCode.Corrupt => new ReadException(
                Outcome.Corrupt,
                $"{path} is damaged ({e.Message}): move it away, and the folder is read anew",
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
        new(dependency, $"{_path}: {e.Message}", e) { IsWorthRetrying = e.Code != SqliteCode.Corrupt };

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
}
