using System.Runtime.InteropServices;

namespace Cis.Local.Sqlite;

/// <summary>
/// The functions of a loaded SQLite (header sqlite3.h). Pointers rather than imports, since the library comes out of
/// the executable's payload, where no loader would find it by name.
/// </summary>
internal sealed unsafe class SqliteNative
{
    internal readonly delegate* unmanaged<byte*, nint*, int, byte*, int> Open;
    internal readonly delegate* unmanaged<nint, int> Close;
    internal readonly delegate* unmanaged<nint, byte*> GetErrorMessage;
    internal readonly delegate* unmanaged<nint, int, int> SetBusyTimeout;
    internal readonly delegate* unmanaged<nint, byte*, int, nint*, byte**, int> Prepare;
    internal readonly delegate* unmanaged<nint, int> Step;
    internal readonly delegate* unmanaged<nint, int> Reset;
    internal readonly delegate* unmanaged<nint, int> Finalize;
    internal readonly delegate* unmanaged<nint, int, long, int> BindInt64;
    internal readonly delegate* unmanaged<nint, int, byte*, int, nint, int> BindText;
    internal readonly delegate* unmanaged<nint, int, int> BindNull;
    internal readonly delegate* unmanaged<nint, int, long> GetInt64;
    internal readonly delegate* unmanaged<nint, int, double> GetDouble;
    internal readonly delegate* unmanaged<nint, int, byte*> GetText;
    internal readonly delegate* unmanaged<nint, int, int> GetByteCount;
    internal readonly delegate* unmanaged<nint, long> CountChanges;
    internal readonly delegate* unmanaged<nint, int> IsOutsideTransaction;

    /// <summary>Binds a loaded library.</summary>
    /// <exception cref="EntryPointNotFoundException">It lacks a function: it is too old.</exception>
    internal SqliteNative(nint library)
    {
        Open = (delegate* unmanaged<byte*, nint*, int, byte*, int>)Export("sqlite3_open_v2");
        Close = (delegate* unmanaged<nint, int>)Export("sqlite3_close_v2");
        GetErrorMessage = (delegate* unmanaged<nint, byte*>)Export("sqlite3_errmsg");
        SetBusyTimeout = (delegate* unmanaged<nint, int, int>)Export("sqlite3_busy_timeout");
        Prepare = (delegate* unmanaged<nint, byte*, int, nint*, byte**, int>)Export("sqlite3_prepare_v2");
        Step = (delegate* unmanaged<nint, int>)Export("sqlite3_step");
        Reset = (delegate* unmanaged<nint, int>)Export("sqlite3_reset");
        Finalize = (delegate* unmanaged<nint, int>)Export("sqlite3_finalize");
        BindInt64 = (delegate* unmanaged<nint, int, long, int>)Export("sqlite3_bind_int64");
        BindText = (delegate* unmanaged<nint, int, byte*, int, nint, int>)Export("sqlite3_bind_text");
        BindNull = (delegate* unmanaged<nint, int, int>)Export("sqlite3_bind_null");
        GetInt64 = (delegate* unmanaged<nint, int, long>)Export("sqlite3_column_int64");
        GetDouble = (delegate* unmanaged<nint, int, double>)Export("sqlite3_column_double");
        GetText = (delegate* unmanaged<nint, int, byte*>)Export("sqlite3_column_text");
        GetByteCount = (delegate* unmanaged<nint, int, int>)Export("sqlite3_column_bytes");
        CountChanges = (delegate* unmanaged<nint, long>)Export("sqlite3_changes64");
        IsOutsideTransaction = (delegate* unmanaged<nint, int>)Export("sqlite3_get_autocommit");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }
}

/// <summary>SQLITE_* result codes, and the flags of opening.</summary>
internal static class SqliteCode
{
    internal const int Ok = 0;
    internal const int Busy = 5;
    internal const int ReadOnly = 8;
    internal const int InputOutput = 10;
    internal const int Corrupt = 11;
    internal const int Full = 13;
    internal const int CannotOpen = 14;
    internal const int NotADatabase = 26;
    internal const int Row = 100;
    internal const int Done = 101;

    internal const int OpenReadOnly = 0x1;
    internal const int OpenReadWrite = 0x2;
    internal const int OpenCreate = 0x4;
    internal const int OpenNoMutex = 0x8000;

    /// <summary>SQLITE_TRANSIENT: SQLite makes its own copy of what is bound.</summary>
    internal const nint Transient = -1;
}
