using System.Text.Json.Nodes;

namespace Cis.Aws.Tests.Support;

/// <summary>Templates, indices and aliases of <see cref="StubOpenSearch"/>.</summary>
internal sealed class StubIndices
{
    private readonly Dictionary<string, JsonNode> _templates = [];
    private readonly Dictionary<string, JsonNode> _mappings = [];
    private readonly StubAliases _aliases = new();
    private readonly HashSet<string> _blocked = [];

    /// <summary>The index behind an alias that is written to; a name that is no alias is the index.</summary>
    public string Resolve(string name) => _aliases.WriteIndex(name) ?? name;

    /// <summary>All indices behind an alias.</summary>
    public IEnumerable<string> ResolveAll(string name) => _aliases.Of(name)?.Select(pair => pair.Key) ?? [name];

    /// <summary>Whether there is an index or alias.</summary>
    public bool Has(string name) => _mappings.ContainsKey(Resolve(name));

    /// <summary>Whether an index takes no documents.</summary>
    public bool IsBlocked(string index) => _blocked.Contains(index);

    /// <summary>The fields of an index.</summary>
    public JsonObject FieldsOf(string index) => _mappings[index]["properties"]?.AsObject() ?? [];

    /// <summary>Whether an index takes no other fields than it has.</summary>
    public bool IsStrict(string index) => _mappings[index]["dynamic"]?.GetValue<string>() == "strict";

    public (int, string) Answer(string method, string[] parts, byte[] body) =>
        (method, parts) switch
        {
            ("PUT", ["_index_template", var name]) => PutTemplate(name, body),
            ("GET", ["_index_template", var name]) => _templates.TryGetValue(name, out JsonNode? found)
                ? Found(
                    new()
                    {
                        ["index_templates"] = new JsonArray(
                            new JsonObject { ["name"] = name, ["index_template"] = found.DeepClone() }
                        ),
                    }
                )
                : (404, """{"error":{"type":"resource_not_found_exception","reason":"index template not found"}}"""),
            ("GET", ["_alias", var name]) => _aliases.Of(name) is { } found
                ? Found(found)
                : (404, """{"error":"alias missing","status":404}"""),
            ("GET", [var pattern, "_alias"]) => Found(_aliases.Matching(pattern, _mappings.Keys)),
            ("POST", ["_aliases"]) => _aliases.Change(body),
            ("PUT", [var index, "_settings"]) => Block(index, body),
            ("HEAD", [var index]) => (_mappings.ContainsKey(Resolve(index)) ? 200 : 404, ""),
            ("GET", [var index, "_mapping"]) => _mappings.TryGetValue(Resolve(index), out JsonNode? mapping)
                ? Found(new() { [Resolve(index)] = new JsonObject { ["mappings"] = mapping.DeepClone() } })
                : (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"}}"""),
            ("PUT", [var index, "_mapping"]) => PutMapping(Resolve(index), body),
            ("PUT", [var index]) => Create(index, body),
            _ => (405, """{"error":"the stub has no such method"}"""),
        };

    private (int, string) Block(string index, byte[] body)
    {
        bool isBlocked = JsonNode.Parse(body)!["index"]!["blocks"]!["write"]!.GetValue<bool>();
        _ = isBlocked ? _blocked.Add(index) : _blocked.Remove(index);
        return (200, """{"acknowledged":true}""");
    }

    private static (int, string) Found(JsonObject body) => (200, body.ToJsonString());

    private (int, string) PutTemplate(string name, byte[] body)
    {
        _templates[name] = JsonNode.Parse(body)!;
        return (200, """{"acknowledged":true}""");
    }

    private (int, string) PutMapping(string index, byte[] body)
    {
        JsonObject properties = _mappings[index]["properties"]!.AsObject();
        foreach ((string field, JsonNode? mapping) in JsonNode.Parse(body)!["properties"]!.AsObject())
        {
            properties[field] = mapping?.DeepClone();
        }

        return (200, """{"acknowledged":true}""");
    }

    // A new index takes the mapping of the template whose pattern its name fits.
    private (int, string) Create(string index, byte[] body)
    {
        JsonNode? request = body.Length > 0 ? JsonNode.Parse(body) : null;
        JsonNode? template = _templates.Values.FirstOrDefault(one =>
            index.StartsWith(one["index_patterns"]![0]!.GetValue<string>().TrimEnd('*'), StringComparison.Ordinal)
        );
        JsonNode? mapping = request?["mappings"] ?? template?["template"]!["mappings"];
        _mappings[index] = mapping?.DeepClone() ?? new JsonObject { ["properties"] = new JsonObject() };
        foreach ((string alias, _) in request?["aliases"]?.AsObject() ?? [])
        {
            _aliases.Add(alias, index, new JsonObject { ["is_write_index"] = true });
        }

        return (200, """{"acknowledged":true}""");
    }
}
