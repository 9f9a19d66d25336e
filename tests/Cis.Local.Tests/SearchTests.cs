using Cis.Local.Searching;
using Cis.Pages;
using Cis.Searching;

namespace Cis.Local.Tests;

public sealed class SearchTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("東京")]
    [InlineData("税")]
    [InlineData("請求書")]
    [InlineData("株式会社")]
    [InlineData("東京 税")]
    [InlineData("東京　税")]
    [InlineData("データ")]
    [InlineData("ﾃﾞｰﾀ")]
    [InlineData("ガソリン")]
    [InlineData("第3章")]
    [InlineData("第３章")]
    [InlineData("ABC株式会社")]
    public async Task Japanese_words_of_any_length_and_width_are_found(string query)
    {
        await _folder.IndexAsync("a.pdf", 1, "請求書\n東京都 ABC株式会社 消費税10％ 第3章 データベース カ\u3099ソリン");

        Assert.Equal("a.pdf", Assert.Single(_folder.Find(query)).FileId);
    }

    [Fact]
    public async Task A_voiced_mark_without_a_kana_asks_for_nothing()
    {
        await _folder.IndexAsync("a.pdf", 1, "東京都");

        Assert.Single(_folder.Find("東京 \uFF9F"));
    }

    [Theory]
    [InlineData("京東")]
    [InlineData("求請")]
    [InlineData("大阪")]
    [InlineData("東都")]
    public async Task Characters_in_another_order_are_another_word(string query)
    {
        await _folder.IndexAsync("a.pdf", 1, "請求書\n東京都");

        Assert.Empty(_folder.Find(query));
    }

    [Fact]
    public async Task A_japanese_word_is_found_across_the_end_of_a_line()
    {
        await _folder.IndexAsync("a.pdf", 1, "ご請\n求書を");

        Assert.Single(_folder.Find("請求書"));
    }

    [Theory]
    [InlineData("art", 0)]
    [InlineData("start", 1)]
    [InlineData("STARTED", 0)]
    [InlineData("start*", 1)]
    [InlineData("cafe", 1)]
    [InlineData("ＣＡＦＥ", 1)]
    [InlineData("\"the cafe starts\"", 0)]
    [InlineData("\"the café\"", 1)]
    [InlineData("café the", 1)]
    [InlineData("cafe tea", 0)]
    public async Task Latin_words_are_found_whole_in_any_case_with_or_without_accents(string query, int hits)
    {
        await _folder.IndexAsync("a.pdf", 1, "The Café will start");

        Assert.Equal(hits, _folder.Find(query).Count);
    }

    [Theory]
    [InlineData("start\" AND \"")]
    [InlineData("text:start ^ * { } -")]
    [InlineData("start\0")]
    [InlineData("“start”")]
    [InlineData("start NEAR(and, 2)")]
    [InlineData("start ' ; --")]
    [InlineData("start＂ ＂")]
    public async Task No_query_reaches_the_database_as_it_was_typed(string query)
    {
        await _folder.IndexAsync("a.pdf", 1, "start or not and near 2 text start");

        Assert.Single(_folder.Find(query));
    }

    [Theory]
    [InlineData("tea OR milk", "tea.pdf milk.pdf both.pdf")]
    [InlineData("tea or milk", "")]
    [InlineData("tea -milk", "tea.pdf")]
    [InlineData("tea NOT milk", "tea.pdf")]
    [InlineData("tea －milk", "tea.pdf")]
    [InlineData("cup -\"with milk\"", "tea.pdf milk.pdf both.pdf")]
    [InlineData("cup -\"milk with\"", "tea.pdf milk.pdf")]
    [InlineData("cup -mil*", "tea.pdf")]
    [InlineData("cup -(tea milk)", "tea.pdf milk.pdf")]
    [InlineData("cup (tea OR milk) -tea", "milk.pdf")]
    [InlineData("cup tea OR water", "tea.pdf both.pdf")]
    [InlineData("tea (water OR -milk)", "tea.pdf")]
    [InlineData("\"cup of mi\"*", "milk.pdf both.pdf")]
    [InlineData("e-mail OR tea -milk", "tea.pdf")]
    public async Task Words_are_put_together_by_or_not_and_parentheses(string query, string files)
    {
        await _folder.IndexAsync("tea.pdf", 1, "a cup of tea");
        await _folder.IndexAsync("milk.pdf", 1, "a cup of milk");
        await _folder.IndexAsync("both.pdf", 1, "a cup of milk with tea");
        await _folder.IndexAsync("none.pdf", 1, "nothing");

        IEnumerable<string> found = _folder.Find(query).Select(hit => hit.FileId).Order(StringComparer.Ordinal);

        Assert.Equal(files.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Hits_can_be_had_page_by_page_and_are_counted()
    {
        for (int i = 0; i < 5; i++)
        {
            await _folder.IndexAsync($"{i}.pdf", 1, "start");
        }

        using FullTextSearch search = LocalFolder.OpenSearch(TestFolder.Library, _folder.Path);
        var query = SearchQuery.Parse("start");
        SearchHits first = search.Find(query, skip: 0, count: 3);
        SearchHits second = search.Find(query, skip: 3, count: 3);
        SearchHits beyond = search.Find(query, skip: 9, count: 3);

        Assert.Equal((3, 5L, 2, 5L), (first.Hits.Count, first.Total, second.Hits.Count, second.Total));
        Assert.Equal(5, first.Hits.Concat(second.Hits).DistinctBy(hit => hit.FileId).Count());
        Assert.Equal((0, 5L), (beyond.Hits.Count, beyond.Total));
    }

    [Fact]
    public async Task Of_hostile_queries_each_is_understood_or_refused_with_a_sentence()
    {
        await _folder.IndexAsync("a.pdf", 1, "start");
        using FullTextSearch search = LocalFolder.OpenSearch(TestFolder.Library, _folder.Path);
        string[] pieces =
        [
            "\"",
            "“",
            "(",
            ")",
            "-",
            "*",
            " ",
            "OR",
            "NOT",
            "AND",
            "a",
            "東京",
            "\0",
            "'",
            "^",
            ":",
            "NEAR(",
        ];
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string query = string.Concat(
                Enumerable.Range(0, random.Next(1, 14)).Select(_ => random.GetItems(pieces, 1)[0])
            );
            try
            {
                search.Find(SearchQuery.Parse(query), skip: 0, count: 1);
            }
            catch (SearchQueryException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    [Fact]
    public async Task A_hit_names_the_page_and_shows_the_words_in_context()
    {
        await _folder.IndexAsync("in/a.pdf", 1, "first page", "合計金額\nは120円です。\n\nTotal: 120 yen \u001b[31m");

        SearchHit japanese = Assert.Single(_folder.Find("金額"));
        SearchHit english = Assert.Single(_folder.Find("total"));

        Assert.Equal(("in/a.pdf", "a.pdf", 2), (japanese.Key, japanese.FileName, japanese.Page));
        Assert.Equal(
            [new("合計", false), new("金額", true), new("は120円です。 Total: 120 yen [31m", false)],
            japanese.Context
        );
        Assert.Equal("Total", Assert.Single(english.Context, part => part.IsMatch).Text);
    }

    [Fact]
    public async Task Circled_numbers_and_fractions_are_words()
    {
        await _folder.IndexAsync("a.pdf", 1, "① 甲 ½ pint");

        Assert.Single(_folder.Find("①"));
        Assert.Single(_folder.Find("½ 甲"));
        Assert.Empty(_folder.Find("② 甲"));
    }

    [Fact]
    public void A_search_that_is_over_is_not_gone_on_with()
    {
        FullTextSearch search = LocalFolder.OpenSearch(TestFolder.Library, _folder.Path);
        search.Dispose();

        Assert.Throws<ObjectDisposedException>(() => search.Find(SearchQuery.Parse("word"), skip: 0, count: 10));
    }

    [Fact]
    public async Task The_page_that_is_most_about_the_words_comes_first()
    {
        const string other = "Some other words fill this page, as they do on most pages of most files. ";
        await _folder.IndexAsync("once.pdf", 1, other + other + other + "invoice");
        await _folder.IndexAsync("often.pdf", 1, "invoice invoice invoice");
        await _folder.IndexAsync("never.pdf", 1, other);

        IReadOnlyList<SearchHit> hits = _folder.Find("invoice");

        Assert.Equal(["often.pdf", "once.pdf"], hits.Select(hit => hit.FileId));
        Assert.True(hits[0].Score > hits[1].Score);
        Assert.Equal("often.pdf", Assert.Single(_folder.Find("invoice", limit: 1)).FileId);
    }

    [Fact]
    public void A_folder_without_an_index_says_what_to_do()
    {
        using var empty = new TemporaryFolder();

        ReadException failure = Assert.Throws<Cis.Pages.ReadException>(() =>
            LocalFolder.OpenSearch(TestFolder.Library, empty.Path)
        );

        Assert.Contains("cis worker --local", failure.Message, StringComparison.Ordinal);
    }
}
