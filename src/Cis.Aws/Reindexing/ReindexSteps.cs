using System.Globalization;
using System.Text.Json.Nodes;
using Cis.Aws.Indexing;
using Cis.Worker.Ports;

namespace Cis.Aws.Reindexing;

/// <summary>
/// The steps that change something, each of which may be done again. Between the first switch and the second the alias
/// stands for both indices: documents are written to the new one, and of that one are shown only those, by a filter, lest
/// each copy be found beside its original.
/// </summary>
internal sealed class ReindexSteps(OpenSearchClient client)
{
    private readonly IndexCalls _calls = new(client);
    private readonly string _alias = client.Options.Index;

    /// <summary>Makes the new index by the template.</summary>
    /// <exception cref="ReindexException">What comes of it is not as needed.</exception>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task MakeAsync(string target, CancellationToken cancellationToken)
    {
        var planner = new ReindexPlanner(client);
        JsonObject? fields = await planner.FieldsAsync(target, cancellationToken);
        if (fields is null)
        {
            await _calls.DoAsync(HttpMethod.Put, Uri.EscapeDataString(target), body: null, cancellationToken);
            fields = await planner.FieldsAsync(target, cancellationToken) ?? [];
        }

        if (IndexSetup.Compare(IndexLayout.Fields(), fields, target).FirstOrDefault() is { } difference)
        {
            throw new ReindexException(
                $"the new index {target} is not as needed ({difference}): does another index template fit its name? Remove "
                    + "that, and the index, which is empty"
            );
        }
    }

    /// <summary>From now on documents go to the new index, and the old one takes no more.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    internal async Task SwitchWritesAsync(string source, string target, CancellationToken cancellationToken)
    {
        JsonObject old = Add(source);
        old["is_write_index"] = false;
        JsonObject made = Add(target);
        made["filter"] = new JsonObject { ["range"] = new JsonObject { ["indexed_at"] = SinceNow() } };
        await AliasesAsync(new JsonArray(Action("add", old), Action("add", made)), cancellationToken);
    }

    /// <summary>Closes the old index for writes: what a worker has sent to it just now is refused, and sent to the new one.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    internal async Task BlockWritesAsync(string source, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["index"] = new JsonObject { ["blocks"] = new JsonObject { ["write"] = true } } };
        await _calls.DoAsync(HttpMethod.Put, $"{Uri.EscapeDataString(source)}/_settings", body, cancellationToken);
    }

    /// <summary>In one step the alias stands for the new index, all of it, and no more for the old one.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    internal async Task SwitchAsync(string source, string target, CancellationToken cancellationToken)
    {
        var remove = new JsonObject { ["index"] = source, ["alias"] = _alias };
        await AliasesAsync(new JsonArray(Action("remove", remove), Action("add", Add(target))), cancellationToken);
    }

    private Task<OpenSearchAnswer> AliasesAsync(JsonArray actions, CancellationToken cancellationToken) =>
        _calls.DoAsync(HttpMethod.Post, "_aliases", new() { ["actions"] = actions }, cancellationToken);

    private JsonObject Add(string index) =>
        new()
        {
            ["index"] = index,
            ["alias"] = _alias,
            ["is_write_index"] = true,
        };

    private static JsonObject Action(string name, JsonObject what) => new() { [name] = what };

    private JsonObject SinceNow() =>
        new()
        {
            ["gte"] = client
                .Time.GetUtcNow()
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
}
