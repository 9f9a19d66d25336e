using YamlDotNet.RepresentationModel;

namespace Cis.Tests.Deploy;

/// <summary>YAML files of deploy/, with the tags by which CloudFormation writes its functions.</summary>
internal static class Yaml
{
    /// <summary>Reads a file of deploy/.</summary>
    internal static YamlMappingNode Read(string name) => Parse(File.ReadAllText(Repository.PathOf("deploy", name)));

    /// <summary>Reads a text.</summary>
    internal static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>A member; null if there is none.</summary>
    internal static YamlNode? Get(this YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(key, out YamlNode? value) ? value : null;

    /// <summary>A member that has to be there.</summary>
    internal static YamlNode Need(this YamlNode node, params string[] path) =>
        path.Aggregate(
            node,
            (at, key) => at.Get(key) ?? throw new KeyNotFoundException($"no {key} of {string.Join('.', path)}")
        );

    /// <summary>A scalar's text.</summary>
    internal static string Text(this YamlNode node) => ((YamlScalarNode)node).Value!;

    /// <summary>The members of a mapping.</summary>
    internal static IEnumerable<(string Key, YamlNode Value)> Members(this YamlNode node) =>
        ((YamlMappingNode)node).Children.Select(child => (child.Key.Text(), child.Value));

    /// <summary>The items of a sequence, or a scalar as the only one.</summary>
    internal static IEnumerable<YamlNode> Items(this YamlNode? node) =>
        node switch
        {
            null => [],
            YamlSequenceNode sequence when node.Function() is null => sequence.Children,
            _ => [node],
        };

    /// <summary>The function of CloudFormation that a node is, such as <c>Ref</c>; null if it is none.</summary>
    internal static string? Function(this YamlNode node)
    {
        if (!node.Tag.IsEmpty && node.Tag.Value.StartsWith('!'))
        {
            return node.Tag.Value[1..];
        }

        return
            node is YamlMappingNode { Children: [var only] }
            && only.Key.Text().StartsWith("Fn::", StringComparison.Ordinal)
            ? only.Key.Text()[4..]
            : null;
    }

    /// <summary>The node and all below it.</summary>
    internal static IEnumerable<YamlNode> Walk(this YamlNode node) =>
        node switch
        {
            YamlMappingNode mapping => mapping.Children.SelectMany(child => child.Value.Walk()).Prepend(node),
            YamlSequenceNode sequence => sequence.Children.SelectMany(child => child.Walk()).Prepend(node),
            _ => [node],
        };
}
