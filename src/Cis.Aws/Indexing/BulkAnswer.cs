using System.Text.Json;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>
/// The answer to <c>_bulk</c>: an item for each document. Each counts by itself: one that cannot be read, or that is missing,
/// says nothing of its own document and takes nothing from the others.
/// </summary>
internal static class BulkAnswer
{
    // An error tells what it was caused by, and that what it was caused by.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    private static readonly IndexResult Unanswered = new(IndexStatus.Busy, "the index said nothing of this document");

    /// <summary>Reads an answer.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="ids">Those of the documents that were sent, in their order.</param>
    /// <returns>A result for each document; null if it does not answer for any of them.</returns>
    internal static IReadOnlyList<IndexResult>? Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> ids)
    {
        try
        {
            using var answer = JsonDocument.Parse(body, Deep);
            return
                answer.RootElement.ValueKind == JsonValueKind.Object
                && answer.RootElement.TryGetProperty("items", out JsonElement items)
                && items.ValueKind == JsonValueKind.Array
                ? ResultsOf(items, ids)
                : null;
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            return null;
        }
    }

    private static IndexResult[]? ResultsOf(JsonElement items, IReadOnlyList<string> ids)
    {
        var results = new IndexResult?[ids.Count];
        var nameless = new List<(int Index, JsonElement Item)>();
        Dictionary<string, Queue<int>>? places = null;
        bool isWhole = items.GetArrayLength() == ids.Count;
        int index = -1;
        foreach (JsonElement element in items.EnumerateArray())
        {
            index++;
            JsonElement item = ItemOf(element);
            string? id = TextOf(item, "_id");
            if (isWhole && id == ids[index] && results[index] is null)
            {
                results[index] = ResultOf(item);
            }
            else if (id is not null && (places ??= PlacesOf(ids)).TryGetValue(id, out Queue<int>? of))
            {
                Put(results, of, item);
            }
            else
            {
                nameless.Add((index, item));
            }
        }

        // What is called otherwise, or nothing, can only go by its place, and only where none is missing.
        foreach ((int at, JsonElement item) in nameless)
        {
            if (isWhole && results[at] is null)
            {
                results[at] = ResultOf(item);
            }
        }

        return Array.Exists(results, result => result is not null)
            ? Array.ConvertAll(results, result => result ?? Unanswered)
            : null;
    }

    // For the first document of that id that has no result yet: there may be several.
    private static void Put(IndexResult?[] results, Queue<int> places, JsonElement item)
    {
        while (places.TryDequeue(out int place))
        {
            if (results[place] is null)
            {
                results[place] = ResultOf(item);
                return;
            }
        }
    }

    private static Dictionary<string, Queue<int>> PlacesOf(IReadOnlyList<string> ids)
    {
        var places = new Dictionary<string, Queue<int>>(StringComparer.Ordinal);
        for (int i = 0; i < ids.Count; i++)
        {
            if (!places.TryGetValue(ids[i], out Queue<int>? of))
            {
                places[ids[i]] = of = new Queue<int>();
            }

            of.Enqueue(i);
        }

        return places;
    }

    // Under the name of its action, of which only "index" is asked for.
    private static JsonElement ItemOf(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty action in element.EnumerateObject())
            {
                return action.Value;
            }
        }

        return default;
    }

    private static IndexResult ResultOf(JsonElement item)
    {
        BulkError? error =
            item.ValueKind == JsonValueKind.Object && item.TryGetProperty("error", out JsonElement found)
                ? BulkError.Of(found)
                : null;
        if (StatusIn(item) is not { } status)
        {
            // Neither done nor refused.
            return error is null ? Unanswered
                : IndexFault.IsOfIndex(0, error) ? Explained(IndexStatus.Unavailable, 0, error)
                : Explained(IndexStatus.Busy, 0, error);
        }

        IndexStatus kind = StatusOf(status, error);
        return kind == IndexStatus.Indexed ? IndexResult.Indexed : Explained(kind, status, error);
    }

    private static int? StatusIn(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("status", out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out int status)
        && status is >= 100 and <= 599
            ? status
            : null;

    private static IndexResult Explained(IndexStatus kind, int status, BulkError? error) =>
        new(kind, Explain(status, error), error?.Type ?? $"{status}");

    private static IndexStatus StatusOf(int status, BulkError? error) =>
        status switch
        {
            >= 200 and < 300 => IndexStatus.Indexed,
            409 when error?.Type is null or "version_conflict_engine_exception" => IndexStatus.Superseded,
            _ when IndexFault.IsOfIndex(status, error) => IndexStatus.Unavailable,
            408 or 409 or 429 or >= 500 => IndexStatus.Busy,
            _ => IndexStatus.Refused,
        };

    private static string Explain(int status, BulkError? error) =>
        error is null ? $"status {status}"
        : error.CausedBy?.Reason is { } cause ? $"{error.Type ?? "error"} ({status}): {error.Reason}: {cause}"
        : $"{error.Type ?? "error"} ({status}): {error.Reason}";

    /// <summary>A member that is a text.</summary>
    internal static string? TextOf(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? BulkError.TextOf(value)
            : null;
}

/// <summary>Why a document or a request was refused.</summary>
internal sealed record BulkError(string? Type, string? Reason, BulkError? CausedBy)
{
    // Of what caused what.
    private const int MaxCauses = 5;

    /// <summary>Reads it; a mere text, as proxies and old versions write it, is the reason.</summary>
    internal static BulkError? Of(JsonElement error) => Of(error, causes: 0);

    /// <summary>A text; null where it holds half of a surrogate pair.</summary>
    internal static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static BulkError? Of(JsonElement error, int causes) =>
        error.ValueKind switch
        {
            JsonValueKind.Object => new(
                BulkAnswer.TextOf(error, "type"),
                BulkAnswer.TextOf(error, "reason"),
                causes < MaxCauses && error.TryGetProperty("caused_by", out JsonElement cause)
                    ? Of(cause, causes + 1)
                    : null
            ),
            JsonValueKind.String => new(null, TextOf(error), null),
            _ => null,
        };
}
