using System.Text.Json.Nodes;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Reindexing;

/// <summary>Looks at what is there, and says what has to be done; changes nothing.</summary>
internal sealed class ReindexPlanner(OpenSearchClient client)
{
    private readonly IndexCalls _calls = new(client);
    private readonly string _alias = client.Options.Index;

    /// <summary>Makes the plan.</summary>
    /// <param name="from">An index to copy into the one behind the alias; null to replace that one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ReindexException">It cannot be done.</exception>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<ReindexPlan> MakeAsync(string? from, CancellationToken cancellationToken)
    {
        AliasState state = await LookAsync(cancellationToken);
        string source = from ?? state.Source;
        JsonObject fields =
            await FieldsAsync(source, cancellationToken) ?? throw Refusal($"there is no index {source} to copy");
        return from is null
            ? new(
                source,
                state.Target ?? await NextAsync(cancellationToken),
                await CountAsync(source, cancellationToken),
                state.Target is not null,
                [.. IndexSetup.Compare(IndexLayout.Fields(), fields, $"index {source}")],
                [.. IndexFields.Unknown(fields)]
            )
            : await IntoExistingAsync(state, source, fields, cancellationToken);
    }

    /// <summary>What the alias stands for now.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    internal async Task<AliasState> LookAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, IndexAliases?>? found = await _calls.GetAsync(
            $"_alias/{Uri.EscapeDataString(_alias)}",
            ReindexJson.Default.DictionaryStringIndexAliases,
            cancellationToken
        );
        if (found is { Count: > 0 })
        {
            return AliasState.Of(_alias, found);
        }

        throw await FieldsAsync(_alias, cancellationToken) is null
            ? new IndexTarget(client).Missing()
            : Refusal(
                $"{_alias} is an index, and only what an alias stands for can be replaced: choose another name, give it to cis "
                    + $"index init and to the workers (opensearch-index), then run cis index reindex --from {_alias} with it"
            );
    }

    /// <summary>The fields of an index; null if it is not there.</summary>
    internal async Task<JsonObject?> FieldsAsync(string index, CancellationToken cancellationToken)
    {
        JsonNode? found = await _calls.GetAsync($"{Uri.EscapeDataString(index)}/_mapping", cancellationToken);
        return found is null ? null : (found as JsonObject)?[index]?["mappings"]?["properties"] as JsonObject ?? [];
    }

    private async Task<ReindexPlan> IntoExistingAsync(
        AliasState state,
        string source,
        JsonObject fields,
        CancellationToken cancellationToken
    )
    {
        string target = state.Target ?? state.Source;
        if (source == target)
        {
            throw Refusal($"{source} is the index that {_alias} stands for: leave out --from");
        }

        JsonObject wanted = await FieldsAsync(target, cancellationToken) ?? [];
        string[] differences = [.. IndexSetup.Compare(IndexLayout.Fields(), wanted, $"index {target}")];
        return differences.Length > 0
            ? throw Refusal(
                $"{target} is not as needed itself ({differences[0]}): run cis index reindex without --from first"
            )
            : new(
                source,
                target,
                await CountAsync(source, cancellationToken),
                IsBegun: false,
                [],
                [.. IndexFields.Unknown(fields)]
            );
    }

    // What a run has made that ended before the alias knew of it is empty, and belongs to nobody.
    private async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, IndexAliases?> all =
            await _calls.GetAsync(
                $"{Uri.EscapeDataString(_alias)}-*/_alias",
                ReindexJson.Default.DictionaryStringIndexAliases,
                cancellationToken
            ) ?? [];
        string? last = all
            .Keys.Where(name => AliasState.NumberOf(_alias, name) is not null)
            .Max(StringComparer.Ordinal);
        bool isLeft =
            last is not null
            && all[last]?.Aliases is not { Count: > 0 }
            && await CountAsync(last, cancellationToken) == 0;
        return isLeft ? last! : AliasState.NextName(_alias, all.Keys);
    }

    private Task<long> CountAsync(string index, CancellationToken cancellationToken) =>
        new DocumentCount(client).OfAsync(index, cancellationToken);

    private static ReindexException Refusal(string message) => new(message) { IsRefusal = true };
}
