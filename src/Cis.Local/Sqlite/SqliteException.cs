namespace Cis.Local.Sqlite;

/// <summary>SQLite refused; the message is its own.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>One of <see cref="SqliteCode"/>.</summary>
    internal int Code { get; } = code;
}
