using System.Text.Json;
using Cis.Local.Searching;
using Cis.Local.Sqlite;
using Cis.Worker.Indexing;
using Cis.Worker.Ports;

namespace Cis.Local.Indexing;

/// <summary>The documents of the embedded index by the files that they are of.</summary>
internal static class IndexedFile
{
    internal static bool Exists(LocalDatabase session, string key) => NumberOf(session, key) is not null;

    /// <summary>Takes a file's document out of the index, if it has one.</summary>
    internal static void Remove(LocalDatabase session, string key)
    {
        if (NumberOf(session, key) is not { } number)
        {
            return;
        }

        RemovePages(session, number);
        session.Statement("DELETE FROM documents WHERE number = ?1").Bind(1, number).Run();
    }

    /// <summary>Gives a file's document another name; what it replaces goes.</summary>
    internal static void Move(LocalDatabase session, string from, string to)
    {
        Remove(session, to);
        SqliteStatement row = session.Statement("SELECT number, record FROM documents WHERE key = ?1").Bind(1, from);
        if (!row.Step())
        {
            return;
        }

        long number = row.Int64(0);
        FileRecord record =
            JsonSerializer.Deserialize(row.Text(1), FileRecordJson.Default.FileRecord)
            ?? throw new JsonException($"the record of {from} is empty");
        row.Reset();
        record = record with { FileId = to, S3Key = to, FileName = Path.GetFileName(to) };
        session
            .Statement("UPDATE documents SET id = ?2, name = ?3, key = ?4, record = ?5 WHERE number = ?1")
            .Bind(1, number)
            .Bind(2, DocumentKey.IdOf(to))
            .Bind(3, record.FileName)
            .Bind(4, to)
            .Bind(5, JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Default.FileRecord))
            .Run();
    }

    internal static void RemovePages(LocalDatabase session, long number) =>
        session
            .Statement("DELETE FROM pages WHERE rowid BETWEEN ?1 AND ?2")
            .Bind(1, PageRow.FirstOf(number))
            .Bind(2, PageRow.LastOf(number))
            .Run();

    private static long? NumberOf(LocalDatabase session, string key)
    {
        SqliteStatement row = session.Statement("SELECT number FROM documents WHERE key = ?1").Bind(1, key);
        return row.Step() ? row.Int64(0) : null;
    }
}
