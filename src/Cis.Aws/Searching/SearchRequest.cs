using System.Text;
using System.Text.Json.Nodes;
using Cis.Searching;

namespace Cis.Aws.Searching;

/// <summary>
/// A query as <c>_search</c> takes it. A document's text is in one field, or, where that would be too large, page by page in
/// nested documents: it is searched for in either, and of the latter the best page is told.
/// </summary>
internal static class SearchRequest
{
    /// <summary>
    /// What stands before a match in a context: a code point that Unicode keeps out of all text. Not a control character, which
    /// OpenSearch trims off the ends as if it were a space.
    /// </summary>
    internal const char MatchStart = '\uFDD0';

    /// <summary>What stands behind a match.</summary>
    internal const char MatchEnd = '\uFDD1';

    private const string TextField = "extracted_text";
    private const string PagesField = "pages";
    private const string PageTextField = "pages.text";

    // About two lines of a terminal.
    private const int ContextCharacters = 160;

    // What OpenSearch looks through for the context, and refuses to go beyond: the beginning of very long texts.
    private const int MaxContextOffset = 1_000_000;

    /// <summary>The body of the request.</summary>
    internal static byte[] Write(SearchQuery query, int skip, int count) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["from"] = skip,
                ["size"] = count,
                ["track_total_hits"] = true,
                ["_source"] = new JsonArray("file_id", "file_name", "s3_key"),
                ["query"] = QueryClause.Any([QueryClause.Of(query.Root, TextField), OfPages(query)]),
                ["highlight"] = Highlight(TextField),
            }.ToJsonString()
        );

    // The old worker's index has no pages.
    private static JsonObject OfPages(SearchQuery query) =>
        new()
        {
            ["nested"] = new JsonObject
            {
                ["path"] = PagesField,
                ["ignore_unmapped"] = true,
                ["score_mode"] = "max",
                ["query"] = QueryClause.Of(query.Root, PageTextField),
                ["inner_hits"] = new JsonObject
                {
                    ["size"] = 1,
                    ["_source"] = new JsonArray("pages.number"),
                    ["highlight"] = Highlight(PageTextField),
                },
            },
        };

    private static JsonObject Highlight(string field) =>
        new()
        {
            ["pre_tags"] = new JsonArray(MatchStart.ToString()),
            ["post_tags"] = new JsonArray(MatchEnd.ToString()),
            ["max_analyzer_offset"] = MaxContextOffset,
            ["fields"] = new JsonObject
            {
                [field] = new JsonObject
                {
                    ["fragment_size"] = ContextCharacters,
                    ["number_of_fragments"] = 1,
                    ["no_match_size"] = ContextCharacters,
                },
            },
        };
}
