using System.Text.Json;

namespace Cis.Tests;

/// <summary>Checks JSON against the part of JSON Schema that docs/ocr.schema.json uses.</summary>
internal static class SchemaAssert
{
    private static readonly string[] Understood =
    [
        "$schema",
        "$id",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "enum",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
    ];

    public static void Conforms(JsonElement value, JsonElement schema) => Check(value, schema, schema, "$");

    private static void Check(JsonElement value, JsonElement schema, JsonElement root, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            string name = reference.GetString()!["#/$defs/".Length..];
            Check(value, root.GetProperty("$defs").GetProperty(name), root, path);
            return;
        }

        Assert.All(schema.EnumerateObject(), keyword => Assert.Contains(keyword.Name, Understood));
        CheckType(value, schema, path);
        CheckEnum(value, schema, path);
        CheckRange(value, schema, path);
        CheckProperties(value, schema, root, path);
        CheckItems(value, schema, root, path);
    }

    private static void CheckType(JsonElement value, JsonElement schema, string path)
    {
        JsonElement type = schema.GetProperty("type");
        string[] types =
            type.ValueKind == JsonValueKind.Array
                ? [.. type.EnumerateArray().Select(t => t.GetString()!)]
                : [type.GetString()!];
        string actual = value.ValueKind switch
        {
            JsonValueKind.Number when types.Contains("integer") && value.TryGetInt64(out _) => "integer",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Undefined => "nothing",
            _ => value.ValueKind.ToString().ToLowerInvariant(),
        };
        Assert.True(types.Contains(actual), $"{path} is {actual}, not {string.Join(" or ", types)}");
    }

    private static void CheckEnum(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("enum", out JsonElement members))
        {
            Assert.True(members.EnumerateArray().Any(m => m.GetString() == value.GetString()), $"{path}: {value}");
        }
    }

    private static void CheckRange(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("minimum", out JsonElement least))
        {
            Assert.True(value.GetDouble() >= least.GetDouble(), $"{path}: {value}");
        }

        if (schema.TryGetProperty("maximum", out JsonElement most))
        {
            Assert.True(value.GetDouble() <= most.GetDouble(), $"{path}: {value}");
        }
    }

    private static void CheckProperties(JsonElement value, JsonElement schema, JsonElement root, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out JsonElement properties))
        {
            return;
        }

        foreach (JsonElement name in schema.GetProperty("required").EnumerateArray())
        {
            Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{path} lacks {name}");
        }

        foreach (JsonProperty member in value.EnumerateObject())
        {
            bool known = properties.TryGetProperty(member.Name, out JsonElement memberSchema);
            Assert.True(known, $"{path}.{member.Name} is not in the schema");
            Check(member.Value, memberSchema, root, $"{path}.{member.Name}");
        }
    }

    private static void CheckItems(JsonElement value, JsonElement schema, JsonElement root, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        int count = value.GetArrayLength();
        Assert.True(!schema.TryGetProperty("minItems", out JsonElement least) || count >= least.GetInt32(), path);
        Assert.True(!schema.TryGetProperty("maxItems", out JsonElement most) || count <= most.GetInt32(), path);
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(item, schema.GetProperty("items"), root, path + "[]");
        }
    }
}
