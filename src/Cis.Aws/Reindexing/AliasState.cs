using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis.Aws.Reindexing;

/// <summary>Which indices an alias stands for. How far a run came is read from here, so that the next one goes on.</summary>
/// <param name="Source">The index whose documents are to be copied.</param>
/// <param name="Target">The one that they go to already; null before that was made.</param>
internal sealed record AliasState(string Source, string? Target)
{
    private const int NumberLength = 6;

    /// <summary>Understands what <c>_alias</c> answers.</summary>
    /// <exception cref="ReindexException">It is of a kind that no run leaves.</exception>
    internal static AliasState Of(string alias, IReadOnlyDictionary<string, IndexAliases?> found)
    {
        var indices = found.ToDictionary(
            pair => pair.Key,
            pair => pair.Value?.Aliases?.GetValueOrDefault(alias) ?? new AliasProperties(),
            StringComparer.Ordinal
        );
        string[] targets = [.. indices.Where(pair => IsTarget(alias, pair.Key, pair.Value)).Select(pair => pair.Key)];
        string[] others = [.. indices.Keys.Except(targets, StringComparer.Ordinal)];
        if (others is not [var source] || targets.Length > 1)
        {
            string names = string.Join(", ", indices.Keys.Order(StringComparer.Ordinal));
            throw new ReindexException(
                $"{alias} stands for {indices.Count} indices ({names}), and only a single one can be replaced"
            )
            {
                IsRefusal = true,
            };
        }

        return indices[source].IsPlain
            ? new(source, targets.SingleOrDefault())
            : throw new ReindexException(
                $"{alias} shows {source} by a filter or a routing of its own, which the new index would not have"
            )
            {
                IsRefusal = true,
            };
    }

    /// <summary>The name of the index after all that there are.</summary>
    internal static string NextName(string alias, IEnumerable<string> names)
    {
        int last = names.Select(name => NumberOf(alias, name) ?? 0).Append(0).Max();
        return string.Create(CultureInfo.InvariantCulture, $"{alias}-{last + 1:D6}");
    }

    /// <summary>The number at the end of an index's name; null if it is not named after the alias.</summary>
    internal static int? NumberOf(string alias, string name) =>
        name.Length == alias.Length + 1 + NumberLength
        && name.StartsWith(alias + "-", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(alias.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    // While documents are copied the new index is written to, and shows no more than what is new: see ReindexSteps.
    private static bool IsTarget(string alias, string name, AliasProperties properties) =>
        properties is { IsWriteIndex: true, Filter: not null } && NumberOf(alias, name) is not null;
}

/// <summary>The aliases of an index.</summary>
internal sealed record IndexAliases(IReadOnlyDictionary<string, AliasProperties?>? Aliases);

/// <summary>How an alias stands for an index.</summary>
internal sealed record AliasProperties
{
    [JsonPropertyName("is_write_index")]
    public bool? IsWriteIndex { get; init; }

    public JsonElement? Filter { get; init; }

    [JsonPropertyName("index_routing")]
    public string? IndexRouting { get; init; }

    [JsonPropertyName("search_routing")]
    public string? SearchRouting { get; init; }

    /// <summary>Whether it shows the whole index.</summary>
    [JsonIgnore]
    public bool IsPlain => Filter is null && IndexRouting is null && SearchRouting is null;
}
