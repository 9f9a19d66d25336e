using System.Text.Json;
using System.Text.Json.Serialization;
using Cis.Searching;

namespace Cis.Aws.Searching;

/// <summary>The answer to <c>_search</c>, as far as hits are made of it; anything may be missing.</summary>
internal sealed record SearchAnswer([property: JsonPropertyName("_shards")] AnswerShards? Shards, AnswerHits? Hits)
{
    /// <summary>Reads an answer.</summary>
    /// <returns>Null if it is not one.</returns>
    internal static SearchAnswer? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            SearchAnswer? answer = JsonSerializer.Deserialize(body, SearchJson.Default.SearchAnswer);
            return answer?.Hits?.Hits is null ? null : answer;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Shards without an answer: what they hold is not among the hits.</summary>
    internal int FailedShards => Shards?.Failed ?? 0;

    /// <summary>The hits.</summary>
    internal SearchHits Found()
    {
        List<SearchHit> hits = [];
        foreach (AnswerHit? hit in Hits?.Hits ?? [])
        {
            if (hit is not null)
            {
                hits.Add(hit.ToHit());
            }
        }

        return new(hits, Math.Max(hits.Count, Hits?.Total?.Value ?? 0));
    }
}

/// <summary>How many shards answered.</summary>
internal sealed record AnswerShards(int Failed);

/// <summary>Hits, and how many there are in all.</summary>
internal sealed record AnswerHits(AnswerTotal? Total, IReadOnlyList<AnswerHit?>? Hits);

/// <summary>How many there are in all.</summary>
internal sealed record AnswerTotal(long Value);

/// <summary>A document, or a page of one.</summary>
internal sealed record AnswerHit(
    [property: JsonPropertyName("_id")] string? Id,
    [property: JsonPropertyName("_score")] double? Score,
    [property: JsonPropertyName("_source")] AnswerSource? Source,
    IReadOnlyDictionary<string, IReadOnlyList<string>?>? Highlight,
    [property: JsonPropertyName("inner_hits")] IReadOnlyDictionary<string, AnswerInner?>? Inner
)
{
    internal SearchHit ToHit()
    {
        AnswerHit? page = Inner?.GetValueOrDefault("pages")?.Hits?.Hits is [{ } best, ..] ? best : null;
        string key = Source?.Key ?? Source?.FileId ?? Id ?? "";
        return new(
            FileId: Source?.FileId ?? Id ?? "",
            FileName: Source?.FileName ?? key,
            Key: key,
            Page: page?.Source?.Number,
            Score: Score ?? 0,
            Context: ContextPart.Split(
                OnOneLine((page ?? this).Marked),
                SearchRequest.MatchStart,
                SearchRequest.MatchEnd
            )
        );
    }

    private string Marked => Highlight?.Values.FirstOrDefault() is [{ } first, ..] ? first : "";

    private static string OnOneLine(string text) =>
        string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Hits within a document.</summary>
internal sealed record AnswerInner(AnswerHits? Hits);

/// <summary>The fields that are asked for.</summary>
internal sealed record AnswerSource(
    [property: JsonPropertyName("file_id")] string? FileId,
    [property: JsonPropertyName("file_name")] string? FileName,
    [property: JsonPropertyName("s3_key")] string? Key,
    int? Number
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class SearchJson : JsonSerializerContext;
