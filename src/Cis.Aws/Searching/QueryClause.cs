using System.Text.Json.Nodes;
using Cis.Searching;

namespace Cis.Aws.Searching;

/// <summary>A query's nodes as clauses of OpenSearch's: what was typed is only ever the text of a phrase.</summary>
internal static class QueryClause
{
    // Of a beginning so many endings are tried; OpenSearch's own 50 are fewer than a language has.
    private const int MaxEndings = 1000;

    /// <summary>A node over a field.</summary>
    internal static JsonObject Of(SearchNode node, string field) =>
        node switch
        {
            SearchTerm term => Phrase(term, field, isLeftOutWhereEmpty: false),
            SearchAny any => Any(any.Choices.Select(choice => Of(choice, field))),
            SearchAll all => All(all, field),
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };

    /// <summary>At least one of some clauses.</summary>
    internal static JsonObject Any(IEnumerable<JsonObject> clauses) =>
        Bool(new() { ["should"] = Listed(clauses), ["minimum_should_match"] = 1 });

    private static JsonObject All(SearchAll all, string field)
    {
        bool hasOnlyTerms = all.Wanted.All(node => node is SearchTerm);
        bool areSeveral = all.Wanted.Count > 1;
        var clause = new JsonObject
        {
            ["must"] = Listed(
                all.Wanted.Select(node => node is SearchTerm term ? Phrase(term, field, areSeveral) : Of(node, field))
            ),
            ["must_not"] = Listed(all.Unwanted.Select(node => Of(node, field))),
        };
        if (hasOnlyTerms && areSeveral)
        {
            // Else a query of nothing but such words as the analyzer leaves out would find everything.
            clause["filter"] = Any(all.Wanted.Select(node => Of(node, field)));
        }

        return Bool(clause);
    }

    /// <summary>Words in their order.</summary>
    /// <param name="term">The words.</param>
    /// <param name="field">The field.</param>
    /// <param name="isLeftOutWhereEmpty">
    /// What a term means of which the field's analyzer leaves nothing (の, です): nothing is asked, or nothing is found.
    /// </param>
    private static JsonObject Phrase(SearchTerm term, string field, bool isLeftOutWhereEmpty)
    {
        var text = new JsonObject
        {
            ["query"] = term.Text,
            ["zero_terms_query"] = isLeftOutWhereEmpty ? "all" : "none",
        };
        if (term.IsPrefix)
        {
            text["max_expansions"] = MaxEndings;
        }

        string kind = term.IsPrefix ? "match_phrase_prefix" : "match_phrase";
        return new() { [kind] = new JsonObject { [field] = text } };
    }

    private static JsonObject Bool(JsonObject clause) => new() { ["bool"] = clause };

    private static JsonArray Listed(IEnumerable<JsonObject> clauses) => new([.. clauses]);
}
