using System.Runtime.InteropServices;
using System.Text;
using Cis.Local;
using Cis.Local.Searching;
using Cis.Local.Sqlite;
using Cis.Searching;

namespace Cis.Fuzz.Targets;

/// <summary>What people type into the search: always a query that SQLite takes, which finds a page with the same words.</summary>
internal sealed class SearchTarget : FuzzTarget
{
    private readonly SqliteConnection _database = SqliteConnection.Open(
        new SqliteNative(
            NativeLibrary.Load(
                Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", LocalFolder.LibraryName)
            )
        ),
        ":memory:",
        SqliteCode.OpenReadWrite | SqliteCode.OpenCreate,
        TimeSpan.FromSeconds(1)
    );

    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _remove;
    private readonly SqliteStatement _find;

    internal SearchTarget()
    {
        _database.Execute("CREATE VIRTUAL TABLE pages USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')");
        _insert = _database.Prepare("INSERT INTO pages(rowid, text) VALUES (1, ?1)");
        _remove = _database.Prepare("DELETE FROM pages WHERE rowid = 1");
        _find = _database.Prepare(
            "SELECT snippet(pages, 0, char(2), char(3), '…', 16) FROM pages WHERE pages MATCH ?1"
        );
    }

    internal override int LeastEdges => 380;

    internal override int MostInput => 512;

    internal override IReadOnlyList<string> Words =>
        [
            "\"",
            "“",
            "”",
            "*",
            " ",
            "AND",
            "OR",
            "NOT",
            "NEAR(",
            ")",
            "^",
            ":",
            "-",
            "+",
            "{",
            "}",
            "text:",
            "開館時間",
            "カ゛",
            "ﾊﾟ",
            "が",
            "①",
            "½",
            "\u00ad",
            "\u200b",
            "\u0301",
            "\u3099",
            "\ud83d\ude00",
            "\ue000",
            "Ａ",
            "ß",
            "İ",
            "\0",
            "'",
            "--",
        ];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        if (Understand(text) is not { } query)
        {
            return;
        }

        string match = MatchText.Write(query);
        try
        {
            _remove.Run();
            _insert.Bind(1, SearchText.Prepare(text)).Run();
            bool isFound = _find.Bind(1, match).Step();
            string snippet = isFound ? SearchText.OnOneLine(_find.Text(0)) : "";
            _find.Reset();
            Demand(isFound || HasUnwanted(query.Root), $"the page \"{text}\" is not found by its own words: {match}");
            Demand(!snippet.Contains('\n', StringComparison.Ordinal), "a context of two lines");
        }
        catch (SqliteException e)
        {
            throw new BrokenPromiseException($"{match}: {e.Message}");
        }
    }

    // What is refused is refused with a sentence, and nothing else may be thrown.
    private static SearchQuery? Understand(string text)
    {
        try
        {
            return SearchQuery.Parse(text);
        }
        catch (SearchQueryException)
        {
            return null;
        }
    }

    private static bool HasUnwanted(SearchNode node) =>
        node switch
        {
            SearchAll all => all.Unwanted.Count > 0 || all.Wanted.Any(HasUnwanted),
            SearchAny any => any.Choices.Any(HasUnwanted),
            _ => false,
        };

    protected override void Close()
    {
        _insert.Dispose();
        _remove.Dispose();
        _find.Dispose();
        _database.Dispose();
    }
}
