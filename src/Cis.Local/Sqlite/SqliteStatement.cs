using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Cis.Local.Sqlite;

/// <summary>A compiled statement: bind its parameters (from 1), step through its rows, reset it to use it again.</summary>
internal sealed unsafe class SqliteStatement : SafeHandle
{
    private readonly SqliteConnection _connection;
    private readonly SqliteNative _native;

    internal SqliteStatement(SqliteConnection connection, nint statement)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        _connection = connection;
        _native = connection.Native;
        SetHandle(statement);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal SqliteStatement Bind(int parameter, long value)
    {
        _connection.Check(_native.BindInt64(handle, parameter, value));
        return this;
    }

    internal SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            _connection.Check(_native.BindNull(handle, parameter));
            return this;
        }

        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            return Bind(parameter, utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, utf8)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>Binds text in UTF-8.</summary>
    internal SqliteStatement Bind(int parameter, ReadOnlySpan<byte> utf8)
    {
        // A null pointer would bind NULL in place of an empty text.
        byte nothing = 0;
        fixed (byte* text = utf8)
        {
            byte* first = text is null ? &nothing : text;
            _connection.Check(_native.BindText(handle, parameter, first, utf8.Length, SqliteCode.Transient));
        }

        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="SqliteException">The statement failed.</exception>
    internal bool Step()
    {
        int code = _native.Step(handle);
        return code switch
        {
            SqliteCode.Row => true,
            SqliteCode.Done => false,
            _ => throw Failed(code),
        };
    }

    /// <summary>Runs a statement without rows and makes it ready for the next time.</summary>
    /// <returns>How many rows it changed.</returns>
    internal long Run()
    {
        _ = Step();
        Reset();
        return _connection.Changes;
    }

    /// <summary>Makes it ready for the next time; its parameters stay bound.</summary>
    internal void Reset() => _ = _native.Reset(handle);

    internal long Int64(int column) => _native.GetInt64(handle, column);

    internal double Double(int column) => _native.GetDouble(handle, column);

    internal string? TextOrNull(int column)
    {
        byte* text = _native.GetText(handle, column);
        return text is null ? null : Encoding.UTF8.GetString(text, _native.GetByteCount(handle, column));
    }

    internal string Text(int column) => TextOrNull(column) ?? "";

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = _native.Finalize(handle);
        return true;
    }

    private SqliteException Failed(int code)
    {
        SqliteException failure = _connection.Failure(code);
        Reset();
        return failure;
    }
}
