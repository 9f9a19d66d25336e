using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Local.Sqlite;

/// <summary>An open database. Not thread-safe: one call at a time.</summary>
internal sealed unsafe class SqliteConnection : SafeHandle
{
    private SqliteConnection(SqliteNative native)
        : base(invalidHandleValue: 0, ownsHandle: true) => Native = native;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal SqliteNative Native { get; }

    /// <summary>Whether a transaction is open.</summary>
    internal bool IsInTransaction => Native.IsOutsideTransaction(handle) == 0;

    /// <summary>How many rows the last statement changed.</summary>
    internal long Changes => Native.CountChanges(handle);

    /// <summary>Opens a file.</summary>
    /// <param name="native">The library.</param>
    /// <param name="path">The file.</param>
    /// <param name="flags">SQLITE_OPEN_* flags.</param>
    /// <param name="busyTimeout">How long to wait for other processes that write.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    internal static SqliteConnection Open(SqliteNative native, string path, int flags, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(native);
        int code;
        fixed (byte* utf8 = Encoding.UTF8.GetBytes(path + '\0'))
        {
            nint database;
            code = native.Open(utf8, &database, flags | SqliteCode.OpenNoMutex, null);
            // Also a failed opening may give a handle, which knows the reason.
            connection.SetHandle(database);
        }

        if (code != SqliteCode.Ok)
        {
            using (connection)
            {
                throw connection.Failure(code);
            }
        }

        _ = native.SetBusyTimeout(connection.handle, (int)busyTimeout.TotalMilliseconds);
        return connection;
    }

    /// <summary>Compiles one statement.</summary>
    /// <exception cref="SqliteException">It is wrong, or the database is.</exception>
    internal SqliteStatement Prepare(string sql)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* utf8 = bytes)
        {
            nint statement;
            Check(Native.Prepare(handle, utf8, bytes.Length, &statement, null));
            return new SqliteStatement(this, statement);
        }
    }

    /// <summary>Runs one statement to its end.</summary>
    /// <inheritdoc cref="Prepare"/>
    internal void Execute(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        while (statement.Step()) { }
    }

    /// <summary>Throws unless a call went well.</summary>
    internal void Check(int code)
    {
        if (code != SqliteCode.Ok)
        {
            throw Failure(code);
        }
    }

    internal SqliteException Failure(int code)
    {
        string? reason = IsInvalid ? null : Marshal.PtrToStringUTF8((nint)Native.GetErrorMessage(handle));
        // The low byte is the primary code, the others say more exactly what happened.
        return new SqliteException(code & 0xff, reason ?? "out of memory");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Native.Close(handle) == SqliteCode.Ok;
}
