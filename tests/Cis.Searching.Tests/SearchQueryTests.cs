namespace Cis.Searching.Tests;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a b", "(a & b)")]
    [InlineData("a AND b", "(a & b)")]
    [InlineData("a b OR c d", "((a & b) | (c & d))")]
    [InlineData("a (b OR c) d", "(a & (b | c) & d)")]
    [InlineData("a or not and", "(a & or & not & and)")]
    [InlineData("a -b", "(a - b)")]
    [InlineData("-b a NOT c", "(a - b - c)")]
    [InlineData("a -\"b c\"", "(a - [b c])")]
    [InlineData("a -b*", "(a - b*)")]
    [InlineData("\"a b\"*", "[a b]*")]
    [InlineData("a NOT NOT b", "(a & b)")]
    [InlineData("a NOT (b -c)", "(a - (b - c))")]
    [InlineData("a -(b OR -c)", "(a & (c - b))")]
    [InlineData("a (b OR -c)", "(a - (c - b))")]
    [InlineData("a e-mail a- -", "(a & e-mail & a-)")]
    [InlineData("f(x)", "(f & x)")]
    [InlineData("(株)日立", "(株 & 日立)")]
    [InlineData("Smith & Sons", "(Smith & Sons)")]
    [InlineData("a OR &", "a")]
    [InlineData("a ()", "a")]
    [InlineData("“a b” c", "([a b] & c)")]
    [InlineData("„a b“", "[a b]")]
    [InlineData("東京　－大阪", "(東京 - 大阪)")]
    [InlineData("a\"b c\"d", "(a & [b c] & d)")]
    [InlineData("-- a", "a")]
    public void A_query_is_understood(string query, string expected) =>
        Assert.Equal(expected, Shown(SearchQuery.Parse(query).Root));

    [Theory]
    [InlineData("", "no letter and no digit")]
    [InlineData(" !? * \uFF9F", "no letter and no digit")]
    [InlineData("\"\"", "no letter and no digit")]
    [InlineData("-a", "only what must not be there")]
    [InlineData("NOT a -b", "only what must not be there")]
    [InlineData("a OR -b", "only what must not be there")]
    [InlineData("invoice \"total amount", "character 9 of the query: the quote is not closed: \"total amount")]
    [InlineData("\"", "character 1 of the query: the quote is not closed: \"")]
    [InlineData("a (b c", "character 3 of the query: the parenthesis is not closed: (b c")]
    [InlineData("a) b", "character 2 of the query: nothing is open that this closes: ) b")]
    [InlineData("a OR", "the query ends where something to search for should follow")]
    [InlineData("a NOT", "the query ends")]
    [InlineData("OR a", "character 1 of the query: something to search for should be here: OR a")]
    [InlineData("(a OR) b", "character 6 of the query: something to search for should be here: ) b")]
    public void What_cannot_be_understood_is_refused_with_the_place(string query, string sentence) =>
        Assert.Contains(
            sentence,
            Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(query)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_query_is_bounded()
    {
        string words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"w{i}"));
        string nested(int depth) => new string('(', depth) + "a" + new string(')', depth);

        Assert.Equal(64, Assert.IsType<SearchAll>(SearchQuery.Parse(words(64)).Root).Wanted.Count);
        Assert.Equal("a", Shown(SearchQuery.Parse(nested(16)).Root));
        Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(words(65)));
        Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(nested(17)));
        Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(nested(2000)));
        Assert.Throws<SearchQueryException>(() => SearchQuery.Parse(new string('a', 4097)));
        Assert.Equal("a", Shown(SearchQuery.Parse(string.Concat(Enumerable.Repeat("NOT ", 1000)) + "a").Root));
    }

    [Fact]
    public void Context_is_cut_at_its_marks()
    {
        Assert.Equal([new("a ", false), new("b", true), new(" c", false)], ContextPart.Split("a <b> c", '<', '>'));
        Assert.Empty(ContextPart.Split("", '<', '>'));
        Assert.Equal([new("b", true)], ContextPart.Split("<b", '<', '>'));
        Assert.Equal([new("請求書", true), new("を", false)], ContextPart.Split("<請><求><書>を", '<', '>'));
    }

    private static string Shown(SearchNode node) =>
        node switch
        {
            SearchTerm term => (term.Text.Contains(' ', default) ? $"[{term.Text}]" : term.Text)
                + (term.IsPrefix ? "*" : ""),
            SearchAny any => $"({string.Join(" | ", any.Choices.Select(Shown))})",
            SearchAll all => $"({string.Join(" & ", all.Wanted.Select(Shown))}"
                + $"{string.Concat(all.Unwanted.Select(one => " - " + Shown(one)))})",
            _ => "?",
        };
}
