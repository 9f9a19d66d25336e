using System.Text;
using Cis.Searching;

namespace Cis.Local.Searching;

/// <summary>A query in the language of FTS5's MATCH, where each term is in double quotes, in which there are no operators.</summary>
internal static class MatchText
{
    /// <summary>Writes a query.</summary>
    internal static string Write(SearchQuery query)
    {
        var match = new StringBuilder();
        Append(match, query.Root);
        return match.ToString();
    }

    /// <summary>Whether a query has characters that are a token each.</summary>
    internal static bool HasIdeographs(SearchNode node) =>
        node switch
        {
            SearchTerm term => SearchText.HasIdeographs(term.Text),
            SearchAll all => all.Wanted.Any(HasIdeographs),
            SearchAny any => any.Choices.Any(HasIdeographs),
            _ => false,
        };

    private static void Append(StringBuilder match, SearchNode node)
    {
        switch (node)
        {
            case SearchTerm term:
                AppendTerm(match, term);
                break;
            case SearchAll { Unwanted.Count: 0 } all:
                AppendGroup(match, all.Wanted, " AND ");
                break;
            case SearchAll all:
                match.Append('(');
                AppendGroup(match, all.Wanted, " AND ");
                match.Append(" NOT ");
                AppendGroup(match, all.Unwanted, " OR ");
                match.Append(')');
                break;
            case SearchAny any:
                AppendGroup(match, any.Choices, " OR ");
                break;
        }
    }

    private static void AppendGroup(StringBuilder match, IReadOnlyList<SearchNode> nodes, string between)
    {
        match.Append('(');
        for (int i = 0; i < nodes.Count; i++)
        {
            match.Append(i > 0 ? between : "");
            Append(match, nodes[i]);
        }

        match.Append(')');
    }

    // No term has a quote in it; should one ever, it is doubled, and so none of FTS5's.
    private static void AppendTerm(StringBuilder match, SearchTerm term) =>
        match
            .Append('"')
            .Append(SearchText.Prepare(term.Text).Replace("\"", "\"\"", StringComparison.Ordinal))
            .Append(term.IsPrefix ? "\" *" : "\"");
}
