namespace Cis.Searching;

/// <summary>
/// Understands a query. The grammar, the loosest first: alternatives with OR between them; of each, parts with AND or
/// nothing between them; a part may have NOT or a minus before it, and is a term or a query in parentheses.
/// </summary>
internal sealed class SearchParser
{
    // Longer ones are accidents, and each term costs a look-up.
    private const int MaxTerms = 64;
    private const int MaxDepth = 16;

    private readonly string _query;
    private readonly SearchLexer _lexer;
    private SearchToken _token;
    private int _terms;
    private int _depth;

    internal SearchParser(string query)
    {
        _query = query;
        _lexer = new SearchLexer(query);
        _token = _lexer.Next();
    }

    /// <summary>Understands the whole of it.</summary>
    /// <returns>Null if there is no term in it.</returns>
    /// <exception cref="SearchQueryException">It cannot be understood.</exception>
    internal SignedNode? Parse()
    {
        SignedNode? node = _token.Kind == SearchTokenKind.End ? null : Alternatives();
        return _token.Kind == SearchTokenKind.End ? node : throw Wrong("nothing is open that this closes", _token);
    }

    private SignedNode? Alternatives()
    {
        var choices = new List<SignedNode>();
        Add(choices, Parts());
        while (_token.Kind == SearchTokenKind.Or)
        {
            Advance();
            Add(choices, Parts());
        }

        return SignedNode.AnyOf(choices);
    }

    private SignedNode? Parts()
    {
        var parts = new List<SignedNode>();
        Add(parts, Part());
        while (_token.Kind is not (SearchTokenKind.Or or SearchTokenKind.Close or SearchTokenKind.End))
        {
            if (_token.Kind == SearchTokenKind.And)
            {
                Advance();
            }

            Add(parts, Part());
        }

        return SignedNode.AllOf(parts);
    }

    private SignedNode? Part()
    {
        bool isOpposite = false;
        while (_token.Kind == SearchTokenKind.Not)
        {
            isOpposite = !isOpposite;
            Advance();
        }

        SignedNode? part = Operand();
        return isOpposite ? part?.Opposite : part;
    }

    private SignedNode? Operand()
    {
        SearchToken token = _token;
        switch (token.Kind)
        {
            case SearchTokenKind.Term:
                Advance();
                return TermOf(token);
            case SearchTokenKind.Open:
                return Group();
            case SearchTokenKind.End:
                throw new SearchQueryException("the query ends where something to search for should follow");
            default:
                throw Wrong("something to search for should be here", token);
        }
    }

    private SignedNode? Group()
    {
        SearchToken open = _token;
        if (++_depth > MaxDepth)
        {
            throw Wrong($"there are more than {MaxDepth} parentheses in each other", open);
        }

        Advance();
        // Of nothing in parentheses nothing is asked, as of a word without a letter.
        SignedNode? group = _token.Kind == SearchTokenKind.Close ? null : Alternatives();
        if (_token.Kind != SearchTokenKind.Close)
        {
            throw Wrong("the parenthesis is not closed", open);
        }

        Advance();
        _depth--;
        return group;
    }

    // What has no letter and no digit is left out: the & of "Smith & Sons" is in no index.
    private SignedNode? TermOf(SearchToken token)
    {
        if (!SearchQuery.HasWord(token.Text))
        {
            return null;
        }

        return ++_terms > MaxTerms
            ? throw Wrong($"there are more than {MaxTerms} words before it", token)
            : new SignedNode(new SearchTerm(token.Text.Replace('\0', ' '), token.IsPrefix), IsUnwanted: false);
    }

    private void Advance() => _token = _lexer.Next();

    private SearchQueryException Wrong(string message, SearchToken token) => new(message, _query, token.Position);

    private static void Add(List<SignedNode> nodes, SignedNode? node)
    {
        if (node is { } some)
        {
            nodes.Add(some);
        }
    }
}
