using System.Text.Json.Nodes;

namespace Cis.Aws.Tests.Support;

/// <summary>Templates, indices and aliases of <see cref="StubOpenSearch"/>.</summary>
internal sealed class StubIndices
{
    private readonly Dictionary<string, JsonNode> _templates = [];
    private readonly Dictionary<string, JsonNode> _mappings = [];
    private readonly Dictionary<string, string> _aliases = [];

    /// <summary>The index behind an alias; a name that is no alias is the index.</summary>
    public string Resolve(string name) => _aliases.GetValueOrDefault(name, name);

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
            ("GET", ["_alias", var name]) => _aliases.TryGetValue(name, out string? index)
                ? Found(
                    new() { [index] = new JsonObject { ["aliases"] = new JsonObject { [name] = new JsonObject() } } }
                )
                : (404, """{"error":"alias missing","status":404}"""),
            ("HEAD", [var index]) => (_mappings.ContainsKey(Resolve(index)) ? 200 : 404, ""),
            ("GET", [var index, "_mapping"]) => _mappings.TryGetValue(Resolve(index), out JsonNode? mapping)
                ? Found(new() { [Resolve(index)] = new JsonObject { ["mappings"] = mapping.DeepClone() } })
                : (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"}}"""),
            ("PUT", [var index, "_mapping"]) => PutMapping(Resolve(index), body),
            ("PUT", [var index]) => Create(index, body),
            _ => (405, """{"error":"the stub has no such method"}"""),
        };

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
            _aliases[alias] = index;
        }

        return (200, """{"acknowledged":true}""");
    }
}
