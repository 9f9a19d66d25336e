using System.Text.Json.Nodes;

namespace Cis.Aws.Tests.Support;

/// <summary>The aliases of <see cref="StubOpenSearch"/>, each with how it stands for its indices.</summary>
internal sealed class StubAliases
{
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _aliases = [];

    public void Add(string alias, string index, JsonObject properties)
    {
        if (!_aliases.TryGetValue(alias, out SortedDictionary<string, JsonObject>? indices))
        {
            _aliases.Add(alias, indices = new(StringComparer.Ordinal));
        }

        indices[index] = properties;
    }

    /// <summary>The index that an alias is written to.</summary>
    public string? WriteIndex(string alias) =>
        !_aliases.TryGetValue(alias, out SortedDictionary<string, JsonObject>? indices) ? null
        : indices.Count == 1 ? indices.Keys.Single()
        : indices.Single(pair => pair.Value["is_write_index"]?.GetValue<bool>() == true).Key;

    /// <summary>What GET _alias/NAME answers.</summary>
    public JsonObject? Of(string alias) =>
        _aliases.TryGetValue(alias, out SortedDictionary<string, JsonObject>? indices)
            ? new(indices.Select(pair => Described(pair.Key, [(alias, pair.Value)])))
            : null;

    /// <summary>What GET PATTERN/_alias answers.</summary>
    public JsonObject Matching(string pattern, IEnumerable<string> indices) =>
        new(
            indices
                .Where(index => index.StartsWith(pattern.TrimEnd('*'), StringComparison.Ordinal))
                .Select(index =>
                    Described(
                        index,
                        _aliases
                            .Where(pair => pair.Value.ContainsKey(index))
                            .Select(pair => (pair.Key, pair.Value[index]))
                    )
                )
        );

    /// <summary>POST _aliases.</summary>
    public (int, string) Change(byte[] body)
    {
        foreach (JsonNode? action in JsonNode.Parse(body)!["actions"]!.AsArray())
        {
            (string verb, JsonNode? what) = action!.AsObject().Single();
            string alias = what!["alias"]!.GetValue<string>();
            string index = what["index"]!.GetValue<string>();
            if (verb == "remove")
            {
                _aliases[alias].Remove(index);
                continue;
            }

            JsonObject properties = what.DeepClone().AsObject();
            properties.Remove("alias");
            properties.Remove("index");
            Add(alias, index, properties);
        }

        return (200, """{"acknowledged":true}""");
    }

    private static KeyValuePair<string, JsonNode?> Described(
        string index,
        IEnumerable<(string Alias, JsonObject Properties)> aliases
    ) =>
        new(
            index,
            new JsonObject
            {
                ["aliases"] = new JsonObject(
                    aliases.Select(one => KeyValuePair.Create(one.Alias, (JsonNode?)one.Properties.DeepClone()))
                ),
            }
        );
}
