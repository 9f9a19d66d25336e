using Cis.Local.Sqlite;
using Cis.Searching;
using Cis.Worker.Ports;

namespace Cis.Local.Searching;

/// <summary>Finds pages by their words. Thread-safe.</summary>
public sealed class FullTextSearch : IDisposable
{
    // Tokens around a hit: a word each, or a character each where there are no spaces. FTS5 takes at most 64.
    private const int ContextWords = 16;
    private const int ContextIdeographs = 40;

    // Control characters are in no indexed text.
    private const char MatchStart = '\u0002';
    private const char MatchEnd = '\u0003';

    private readonly LocalDatabase _database;

    internal FullTextSearch(LocalDatabase database) => _database = database;

    /// <summary>Searches.</summary>
    /// <param name="query">What for.</param>
    /// <param name="skip">How many of the best are left out.</param>
    /// <param name="count">The most hits wanted.</param>
    /// <exception cref="TransientException">The index cannot be read.</exception>
    public SearchHits Find(SearchQuery query, int skip, int count)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _database.Read(Dependency.Index, database => Find(database, query, skip, count));
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static SearchHits Find(LocalDatabase database, SearchQuery query, int skip, int count)
    {
        string match = MatchText.Write(query);
        int context = MatchText.HasIdeographs(query.Root) ? ContextIdeographs : ContextWords;
        List<SearchHit> hits = HitsOf(database, match, context, skip, count);
        // Counting costs as much as finding: only where there may be others.
        bool isAll = hits.Count < count && (hits.Count > 0 || skip == 0);
        return new(hits, isAll ? skip + hits.Count : CountOf(database, match));
    }

    private static List<SearchHit> HitsOf(LocalDatabase database, string match, int context, int skip, int count)
    {
        SqliteStatement rows = database
            .Statement(
                """
                SELECT pages.rowid, pages.rank, snippet(pages, 0, char(2), char(3), '…', ?2), id, name, key
                FROM pages JOIN documents ON number = pages.rowid >> 20
                WHERE pages MATCH ?1 ORDER BY rank LIMIT ?3 OFFSET ?4
                """
            )
            .Bind(1, match)
            .Bind(2, context)
            .Bind(3, count)
            .Bind(4, skip);
        var hits = new List<SearchHit>();
        while (rows.Step())
        {
            hits.Add(
                new SearchHit(
                    FileId: rows.Text(3),
                    FileName: rows.Text(4),
                    Key: rows.Text(5),
                    Page: PageRow.PageOf(rows.Int64(0)),
                    // FTS5 gives the better the lower.
                    Score: -rows.Double(1),
                    Context: ContextPart.Split(SearchText.OnOneLine(rows.Text(2)), MatchStart, MatchEnd)
                )
            );
        }

        return hits;
    }

    private static long CountOf(LocalDatabase database, string match)
    {
        SqliteStatement rows = database
            .Statement(
                """
                SELECT count(*) FROM pages JOIN documents ON number = pages.rowid >> 20 WHERE pages MATCH ?1
                """
            )
            .Bind(1, match);
        long count = rows.Step() ? rows.Int64(0) : 0;
        // A row that is not gone on from keeps the database's log from being shortened.
        rows.Reset();
        return count;
    }
}
