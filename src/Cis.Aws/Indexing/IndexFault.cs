using System.Net;
using System.Text.Json;

namespace Cis.Aws.Indexing;

/// <summary>
/// Says of a refusal whether it is a document's fault or the index's, by what OpenSearch calls it. What no list has is
/// taken for the document's: whether it is, the worker decides by how many are refused alike.
/// </summary>
internal static class IndexFault
{
    // No document goes in until a person puts it right: locked (a full disk does that), closed, not there, not ours to
    // write to, no room for another shard.
    private static readonly HashSet<string> TypesOfIndex = new(StringComparer.Ordinal)
    {
        "authorization_exception",
        "cluster_block_exception",
        "index_closed_exception",
        "index_not_found_exception",
        "invalid_index_name_exception",
        "routing_missing_exception",
        "security_exception",
        "unauthorized_exception",
        "validation_exception",
    };

    // OpenSearch has one type for all of these, and for a word of a document that is too long.
    private static readonly string[] WordsOfIndex =
    [
        "write index",
        "has more than one ind",
        "pipeline with id",
        "document id is not supported",
        "limit of total fields",
        "data stream",
        "shards open",
        "total shards",
    ];

    /// <summary>Whether it is the index's fault.</summary>
    internal static bool IsOfIndex(int status, BulkError? error) =>
        status is 401 or 403
        || (error?.Type is { } type && TypesOfIndex.Contains(type))
        || (error is not null && WordsOfIndex.Any(words => Says(error, words)));

    /// <summary>Whether a whole request is refused for its size, or for some line of it.</summary>
    internal static bool IsOfSomeDocument(OpenSearchAnswer answer) =>
        answer.Status switch
        {
            HttpStatusCode.RequestEntityTooLarge => true,
            // A proxy's 400 is not an answer of OpenSearch, whose answers say what they are about.
            HttpStatusCode.BadRequest => ErrorOf(answer) is { Type: not null } error && !IsOfIndex(400, error),
            _ => false,
        };

    /// <summary>What OpenSearch calls it, or the status.</summary>
    internal static string CodeOf(OpenSearchAnswer answer) => ErrorOf(answer)?.Type ?? $"{(int)answer.Status}";

    private static bool Says(BulkError error, string words) =>
        error.Reason?.Contains(words, StringComparison.OrdinalIgnoreCase) == true
        || (error.CausedBy is { } cause && Says(cause, words));

    private static BulkError? ErrorOf(OpenSearchAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out JsonElement error)
                ? BulkError.Of(error)
                : null;
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            return null;
        }
    }
}
