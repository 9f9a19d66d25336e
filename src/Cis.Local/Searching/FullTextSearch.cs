using Cis.Local.Sqlite;
using Cis.Worker.Ports;

namespace Cis.Local.Searching;

/// <summary>Finds pages by their words. Thread-safe.</summary>
public sealed class FullTextSearch : IDisposable
{
    /// <summary>The most hits that one search gives.</summary>
    public const int MaxHits = 10_000;

    // Tokens around a hit: a word each, or a character each where there are no spaces. FTS5 takes at most 64.
    private const int ContextWords = 16;
    private const int ContextIdeographs = 40;

    // Control characters are in no indexed text.
    private const char MatchStart = '\u0002';
    private const char MatchEnd = '\u0003';

    private readonly LocalDatabase _database;

    internal FullTextSearch(LocalDatabase database) => _database = database;

    /// <summary>Searches.</summary>
    /// <param name="query">
    /// Words that must all be on the page; <c>"in quotes"</c> in this order; a star at a word's end for any ending.
    /// </param>
    /// <param name="limit">The most hits wanted.</param>
    /// <returns>The best first; null if the query has no word.</returns>
    /// <exception cref="TransientException">The index cannot be read.</exception>
    public IReadOnlyList<SearchHit>? Find(string query, int limit)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchQuery.Parse(query) is { } parsed
            ? _database.Read(Dependency.Index, database => Find(database, parsed, Math.Clamp(limit, 0, MaxHits)))
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static List<SearchHit> Find(LocalDatabase database, SearchQuery query, int limit)
    {
        SqliteStatement rows = database
            .Statement(
                """
                SELECT pages.rowid, pages.rank, snippet(pages, 0, char(2), char(3), '…', ?2), id, name, key
                FROM pages JOIN documents ON number = pages.rowid >> 20
                WHERE pages MATCH ?1 ORDER BY rank LIMIT ?3
                """
            )
            .Bind(1, query.Match)
            .Bind(2, query.HasIdeographs ? ContextIdeographs : ContextWords)
            .Bind(3, limit);
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
                    Context: ContextOf(SearchText.OnOneLine(rows.Text(2)))
                )
            );
        }

        return hits;
    }

    private static List<ContextPart> ContextOf(string snippet)
    {
        var parts = new List<ContextPart>();
        int start = 0;
        bool isMatch = false;
        for (int i = 0; i <= snippet.Length; i++)
        {
            if (i < snippet.Length && snippet[i] != MatchStart && snippet[i] != MatchEnd)
            {
                continue;
            }

            if (i > start)
            {
                parts.Add(new ContextPart(snippet[start..i], isMatch));
            }

            isMatch = i < snippet.Length && snippet[i] == MatchStart;
            start = i + 1;
        }

        return parts;
    }
}
