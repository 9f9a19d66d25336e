using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis.Aws.Reindexing;

/// <summary>The answer to <c>_reindex</c> that does not wait.</summary>
internal sealed record StartedCopy(string? Task);

/// <summary>The answer to <c>_tasks/ID</c>.</summary>
internal sealed record CopyTask(bool Completed, RunningCopy? Task, CopyCounts? Response, JsonElement? Error);

/// <summary>A task as it runs.</summary>
internal sealed record RunningCopy(string? Node, long Id, string? Description, CopyCounts? Status);

/// <summary>What a copy has done.</summary>
internal sealed record CopyCounts(
    long Total,
    long Created,
    long Updated,
    long Noops,
    [property: JsonPropertyName("version_conflicts")] long VersionConflicts,
    string? Canceled,
    IReadOnlyList<JsonElement>? Failures
)
{
    /// <summary>How many documents are in the new index now, the ones that were newer there counted.</summary>
    [JsonIgnore]
    public long Done => Created + Updated + Noops + VersionConflicts;
}

/// <summary>The answer to <c>_tasks</c>.</summary>
internal sealed record TaskList(IReadOnlyDictionary<string, TaskNode?>? Nodes);

/// <summary>A node's tasks.</summary>
internal sealed record TaskNode(IReadOnlyDictionary<string, RunningCopy?>? Tasks);

/// <summary>The answer to <c>_count</c>.</summary>
internal sealed record CountAnswer(long Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, IndexAliases?>))]
[JsonSerializable(typeof(StartedCopy))]
[JsonSerializable(typeof(CopyTask))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(CountAnswer))]
internal sealed partial class ReindexJson : JsonSerializerContext;
