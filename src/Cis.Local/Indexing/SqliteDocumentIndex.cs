using System.Text.Json;
using Cis.Local.Searching;
using Cis.Local.Sqlite;
using Cis.Worker.Ports;

namespace Cis.Local.Indexing;

/// <summary>Documents in the embedded full-text index, page by page.</summary>
internal sealed class SqliteDocumentIndex(LocalDatabase database) : IDocumentIndex
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    ) =>
        Task.Run<IReadOnlyList<IndexResult>>(
            () =>
                database.Write(
                    Dependency.Index,
                    session =>
                    {
                        var results = new IndexResult[documents.Count];
                        for (int i = 0; i < results.Length; i++)
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            results[i] = Put(session, documents[i]);
                        }

                        return results;
                    }
                ),
            cancellationToken
        );

    private static IndexResult Put(LocalDatabase session, IndexDocument document)
    {
        if (document.Record.TextByPage.Any(page => page.Number is < 0 or > PageRow.MaxPages))
        {
            return new IndexResult(IndexStatus.Refused, $"the index takes at most {PageRow.MaxPages} pages of a file");
        }

        SqliteStatement existing = session
            .Statement("SELECT number, version FROM documents WHERE id = ?1")
            .Bind(1, document.Id);
        if (existing.Step())
        {
            if (existing.Int64(1) > document.Version)
            {
                return new IndexResult(IndexStatus.Superseded, $"version {existing.Int64(1)} is in the index");
            }

            IndexedFile.RemovePages(session, existing.Int64(0));
        }

        AddPages(session, PutRecord(session, document), document.Record.TextByPage);
        return IndexResult.Indexed;
    }

    private static long PutRecord(LocalDatabase session, IndexDocument document)
    {
        // The text is in the table of pages; a second copy would double the file.
        FileRecord withoutText = document.Record with
        {
            ExtractedText = "",
            Pages = null,
        };
        SqliteStatement put = session
            .Statement(
                """
                INSERT INTO documents(id, version, name, key, record) VALUES(?1, ?2, ?3, ?4, ?5)
                ON CONFLICT(id) DO UPDATE SET
                    version = excluded.version, name = excluded.name, key = excluded.key, record = excluded.record
                RETURNING number
                """
            )
            .Bind(1, document.Id)
            .Bind(2, document.Version)
            .Bind(3, document.Record.FileName)
            .Bind(4, document.Record.S3Key)
            .Bind(5, JsonSerializer.SerializeToUtf8Bytes(withoutText, FileRecordJson.Default.FileRecord));
        _ = put.Step();
        long number = put.Int64(0);
        put.Reset();
        return number;
    }

    private static void AddPages(LocalDatabase session, long number, IReadOnlyList<PageRecord> pages)
    {
        foreach (PageRecord page in pages)
        {
            session
                .Statement("INSERT INTO pages(rowid, text) VALUES(?1, ?2)")
                .Bind(1, PageRow.IdOf(number, page.Number))
                .Bind(2, SearchText.Prepare(page.Text))
                .Run();
        }
    }
}
