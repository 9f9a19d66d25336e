namespace Cis.Searching;

/// <summary>Cuts a query into words, phrases, operators and parentheses.</summary>
internal sealed class SearchLexer(string query)
{
    // Word processors, telephones and Japanese keyboards type others than the plain one.
    private const string Quotes = "\"“”„＂";
    private const string Minuses = "-－";

    private int _at;

    /// <summary>The next piece; behind the last one the end, again and again.</summary>
    /// <exception cref="SearchQueryException">A quote is not closed.</exception>
    internal SearchToken Next()
    {
        while (_at < query.Length && IsSpace(query[_at]))
        {
            _at++;
        }

        return _at == query.Length ? new(SearchTokenKind.End, _at)
            : query[_at] == '(' ? Single(SearchTokenKind.Open)
            : query[_at] == ')' ? Single(SearchTokenKind.Close)
            : IsExclusion() ? Single(SearchTokenKind.Not)
            : IsQuote(query[_at]) ? Phrase()
            : Word();
    }

    private SearchToken Single(SearchTokenKind kind) => new(kind, _at++);

    // A minus right before something, but not before another one: "--" is a rule that somebody drew.
    private bool IsExclusion() =>
        IsMinus(query[_at])
        && _at + 1 < query.Length
        && !IsSpace(query[_at + 1])
        && !IsMinus(query[_at + 1])
        && query[_at + 1] != ')';

    private SearchToken Phrase()
    {
        int start = _at;
        int end = query.AsSpan(start + 1).IndexOfAny(Quotes) + start + 1;
        if (end == start)
        {
            throw new SearchQueryException("the quote is not closed", query, start);
        }

        _at = end + 1;
        bool isPrefix = _at < query.Length && query[_at] == '*';
        _at += isPrefix ? 1 : 0;
        return new(SearchTokenKind.Term, start, query[(start + 1)..end], isPrefix);
    }

    private SearchToken Word()
    {
        int start = _at;
        while (_at < query.Length && !IsSpace(query[_at]) && !IsQuote(query[_at]) && query[_at] is not ('(' or ')'))
        {
            _at++;
        }

        string word = query[start.._at];
        return word switch
        {
            "AND" => new(SearchTokenKind.And, start),
            "OR" => new(SearchTokenKind.Or, start),
            "NOT" => new(SearchTokenKind.Not, start),
            _ => new(SearchTokenKind.Term, start, word.TrimEnd('*'), word.EndsWith('*')),
        };
    }

    // A NUL would end the text where C reads it.
    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || character == '\0';

    private static bool IsQuote(char character) => Quotes.Contains(character, StringComparison.Ordinal);

    private static bool IsMinus(char character) => Minuses.Contains(character, StringComparison.Ordinal);
}
