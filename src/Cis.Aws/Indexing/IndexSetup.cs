using System.Net;
using System.Text.Json.Nodes;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>Creates the index that documents need, and reports differences from it.</summary>
public sealed class IndexSetup(OpenSearchClient client)
{
    private readonly IndexCalls _calls = new(client);
    private readonly string _index = client.Options.Index;

    /// <summary>
    /// Puts the template, makes a first index under the alias where there is none, and adds fields that an index of an
    /// older version lacks. What is there is never changed or removed.
    /// </summary>
    /// <returns>What was done, a line for each step; none if all was there.</returns>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses a step.</exception>
    public async Task<IReadOnlyList<string>> InitAsync(CancellationToken cancellationToken)
    {
        var done = new List<string>();
        if (await PutTemplateAsync(cancellationToken) is { } put)
        {
            done.Add(put);
        }

        if (await LiveFieldsAsync(cancellationToken) is { } live)
        {
            done.AddRange(await AddFieldsAsync(live, cancellationToken));
        }
        else
        {
            await CreateAsync(cancellationToken);
            done.Add($"made the index {_index}-000001 with the alias {_index}");
        }

        return done;
    }

    /// <summary>Compares the index with what documents need.</summary>
    /// <returns>A line for each difference; none if documents can be written.</returns>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses to show it.</exception>
    public async Task<IReadOnlyList<string>> CompareAsync(CancellationToken cancellationToken)
    {
        JsonObject template = await TemplateAsync(cancellationToken);
        var differences = new List<string>(
            Compare(template, await LiveTemplateAsync(cancellationToken), $"template {_index}")
        );
        JsonObject? fields = await LiveFieldsAsync(cancellationToken);
        differences.AddRange(
            fields is null ? [$"index {_index}: missing"] : Compare(IndexLayout.Fields(), fields, $"index {_index}")
        );
        return differences;
    }

    /// <summary>Creates or replaces the template if it differs.</summary>
    /// <returns>What was done; null if it was there.</returns>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<string?> PutTemplateAsync(CancellationToken cancellationToken)
    {
        JsonObject template = await TemplateAsync(cancellationToken);
        if (!Compare(template, await LiveTemplateAsync(cancellationToken), "template").Any())
        {
            return null;
        }

        await _calls.DoAsync(HttpMethod.Put, $"_index_template/{Name}", template, cancellationToken);
        return $"put the index template {_index} for {_index}-*";
    }

    private string Name => Uri.EscapeDataString(_index);

    private async Task<JsonObject> TemplateAsync(CancellationToken cancellationToken)
    {
        var probe = new JsonObject { ["tokenizer"] = "kuromoji_tokenizer", ["text"] = "日本" };
        OpenSearchAnswer answer = await _calls.SendAsync(HttpMethod.Post, "_analyze", probe, cancellationToken);
        return answer.IsSuccess || answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound
            ? IndexLayout.Template(_index, hasKuromoji: answer.IsSuccess)
            : throw client.Fault(answer, "asking for the Japanese analyzer");
    }

    private async Task<JsonNode?> LiveTemplateAsync(CancellationToken cancellationToken)
    {
        JsonNode? found = await _calls.GetAsync($"_index_template/{Name}", cancellationToken);
        return found?["index_templates"]?[0]?["index_template"];
    }

    private async Task<JsonObject?> LiveFieldsAsync(CancellationToken cancellationToken)
    {
        JsonNode? found = await _calls.GetAsync($"{Name}/_mapping", cancellationToken);
        // Under an alias the newest index is the one that is written to; their names are in order.
        JsonNode? newest = found?.AsObject().OrderBy(pair => pair.Key, StringComparer.Ordinal).LastOrDefault().Value;
        return newest is null ? null : newest["mappings"]?["properties"]?.AsObject() ?? [];
    }

    private async Task<IReadOnlyList<string>> AddFieldsAsync(JsonObject live, CancellationToken cancellationToken)
    {
        var missing = new JsonObject();
        foreach ((string field, JsonNode? mapping) in IndexLayout.Fields())
        {
            if (!live.ContainsKey(field))
            {
                missing[field] = mapping?.DeepClone();
            }
        }

        if (missing.Count == 0)
        {
            return [];
        }

        WithoutUnknownAnalyzer(missing, live);
        string names = string.Join(", ", missing.Select(pair => pair.Key));
        var body = new JsonObject { ["properties"] = missing };
        await _calls.DoAsync(HttpMethod.Put, $"{Name}/_mapping", body, cancellationToken);
        return [$"added to the index {_index}: {names}"];
    }

    // An index that the template did not make has no analyzer of ours, and takes none while it is open.
    private static void WithoutUnknownAnalyzer(JsonObject missing, JsonObject live)
    {
        if (live["extracted_text"]?["analyzer"]?.GetValue<string>() == "cis_text")
        {
            return;
        }

        missing["file_name"]?.AsObject().Remove("analyzer");
        missing["extracted_text"]?.AsObject().Remove("analyzer");
        missing["pages"]?["properties"]?["text"]?.AsObject().Remove("analyzer");
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var alias = new JsonObject { [_index] = new JsonObject { ["is_write_index"] = true } };
        await _calls.DoAsync(HttpMethod.Put, $"{Name}-000001", new() { ["aliases"] = alias }, cancellationToken);
    }

    /// <summary>Lists what is missing or different. Anything additional is ignored.</summary>
    internal static IEnumerable<string> Compare(JsonNode? wanted, JsonNode? live, string path)
    {
        if (wanted is JsonObject fields)
        {
            return live is null
                ? [$"{path}: missing"]
                : fields.SelectMany(pair => Compare(pair.Value, (live as JsonObject)?[pair.Key], $"{path}.{pair.Key}"));
        }

        string expected = Text(wanted);
        string actual = Text(live);
        // OpenSearch shows settings as strings and leaves out what is the default.
        return expected == actual ? []
            : live is null ? [$"{path}: missing, should be {expected}"]
            : [$"{path}: is {actual}, should be {expected}"];
    }

    private static string Text(JsonNode? node) =>
        node switch
        {
            null => "",
            JsonArray list => string.Join(", ", list.Select(Text)),
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => node.ToJsonString(),
        };
}
