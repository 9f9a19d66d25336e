using System.Text.Json;
using System.Text.Json.Serialization;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>The answer to <c>_bulk</c>: an item for each document, in their order.</summary>
internal sealed record BulkAnswer(IReadOnlyList<BulkItem?>? Items)
{
    /// <summary>Reads an answer.</summary>
    /// <returns>Null if it is none, or has not an item for each document.</returns>
    internal static IReadOnlyList<IndexResult>? Read(ReadOnlySpan<byte> body, int documents)
    {
        try
        {
            BulkAnswer? answer = JsonSerializer.Deserialize(body, BulkJson.Default.BulkAnswer);
            return answer?.Items is { } items && items.Count == documents ? items.Select(ResultOf).ToArray() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IndexResult ResultOf(BulkItem? item)
    {
        if (item?.Index is not { } result)
        {
            return new(IndexStatus.Busy, "the index said nothing of this document");
        }

        IndexStatus status = StatusOf(result);
        return status == IndexStatus.Indexed
            ? IndexResult.Indexed
            : new(status, Explain(result), result.Error?.Type ?? $"{result.Status}");
    }

    private static IndexStatus StatusOf(BulkItemResult result) =>
        result.Status switch
        {
            >= 200 and < 300 => IndexStatus.Indexed,
            409 when result.Error?.Type is null or "version_conflict_engine_exception" => IndexStatus.Superseded,
            _ when IndexFault.IsOfIndex(result.Status, result.Error) => IndexStatus.Unavailable,
            408 or 409 or 429 or >= 500 => IndexStatus.Busy,
            _ => IndexStatus.Refused,
        };

    private static string Explain(BulkItemResult result) =>
        result.Error is not { } error ? $"status {result.Status}"
        : error.CausedBy?.Reason is { } cause ? $"{error.Type} ({result.Status}): {error.Reason}: {cause}"
        : $"{error.Type} ({result.Status}): {error.Reason}";
}

/// <summary>An item, under the name of its action.</summary>
internal sealed record BulkItem(BulkItemResult? Index);

/// <summary>The result for one document.</summary>
internal sealed record BulkItemResult(int Status, BulkError? Error);

/// <summary>Why it was refused.</summary>
internal sealed record BulkError(
    string? Type,
    string? Reason,
    [property: JsonPropertyName("caused_by")] BulkError? CausedBy
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(BulkRefusal))]
internal sealed partial class BulkJson : JsonSerializerContext;
