using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Cis.Tests.Deploy;

/// <summary>
/// AWS's own specification of CloudFormation's resources, of March 2023, which npm has: types, their properties, which of them
/// are required, and their attributes.
/// </summary>
internal sealed class CloudFormationSpecification : IDisposable
{
    private const string TrackedMetric = "AWS::AutoScaling::ScalingPolicy.CustomizedMetricSpecification";

    private readonly JsonDocument _all;

    private CloudFormationSpecification(string path) => _all = JsonDocument.Parse(File.ReadAllBytes(path));

    internal static CloudFormationSpecification Require()
    {
        string path = Repository.PathOf(
            "artifacts/servers/node_modules/@aws-cdk/cfnspec/spec/specification.json".Split('/')
        );
        Assert.SkipUnless(File.Exists(path), "cfnspec is not fetched: ./build.sh test does it");
        return new CloudFormationSpecification(path);
    }

    public void Dispose() => _all.Dispose();

    /// <summary>Whether a resource of a type has an attribute.</summary>
    internal bool HasAttribute(string type, string attribute) =>
        Types.GetProperty(type).TryGetProperty("Attributes", out JsonElement attributes)
        && attributes.TryGetProperty(attribute, out _);

    /// <summary>What is wrong with a resource.</summary>
    internal IEnumerable<string> FaultsOf(string name, YamlNode resource)
    {
        string type = resource.Need("Type").Text();
        return Types.TryGetProperty(type, out JsonElement specification)
            ? FaultsOf(type, specification, resource.Get("Properties") ?? new YamlMappingNode(), name)
            : [$"{name}: there is no {type}"];
    }

    private JsonElement Types => _all.RootElement.GetProperty("ResourceTypes");

    private IEnumerable<string> FaultsOf(string type, JsonElement specification, YamlNode node, string path)
    {
        JsonElement properties = specification.GetProperty("Properties");
        IEnumerable<string> missing = properties
            .EnumerateObject()
            .Where(property => IsRequired(property.Value) && node.Get(property.Name) is null)
            .Select(property => $"{path}: {property.Name} is missing");
        return missing.Concat(node.Members().SelectMany(member => FaultsOfMember(type, properties, member, path)));
    }

    private IEnumerable<string> FaultsOfMember(
        string type,
        JsonElement properties,
        (string Key, YamlNode Value) member,
        string path
    )
    {
        string here = $"{path}.{member.Key}";
        return !properties.TryGetProperty(member.Key, out JsonElement property) ? [$"{here}: there is no such property"]
            : member.Value.Function() is not null ? []
            : FaultsOfValue(type, property, member.Value, here);
    }

    private IEnumerable<string> FaultsOfValue(string type, JsonElement property, YamlNode value, string path)
    {
        if (property.TryGetProperty("PrimitiveType", out JsonElement primitive))
        {
            return primitive.GetString() == "Json" || value is YamlScalarNode ? [] : [$"{path}: is no {primitive}"];
        }

        string kind = property.GetProperty("Type").GetString()!;
        if (kind is not ("List" or "Map"))
        {
            return FaultsOfProperties(type, kind, value, path);
        }

        if (kind == "List" && value is not YamlSequenceNode)
        {
            return [$"{path}: is no list"];
        }

        return property.TryGetProperty("ItemType", out JsonElement item)
            ? value.Items().SelectMany(element => FaultsOfProperties(type, item.GetString()!, element, path))
            : [];
    }

    private IEnumerable<string> FaultsOfProperties(string type, string name, YamlNode value, string path)
    {
        // Metric math came to it later that year. Its metrics are written as those of an alarm.
        if ($"{type}.{name}" == TrackedMetric && value.Members().All(member => member.Key == "Metrics"))
        {
            return [];
        }

        JsonElement types = _all.RootElement.GetProperty("PropertyTypes");
        bool isOwn = types.TryGetProperty($"{type}.{name}", out JsonElement specification);
        return FaultsOf(type, isOwn ? specification : types.GetProperty(name), value, path);
    }

    private static bool IsRequired(JsonElement property) =>
        property.TryGetProperty("Required", out JsonElement required) && required.GetBoolean();
}
