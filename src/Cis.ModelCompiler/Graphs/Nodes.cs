using Cis.ModelCompiler.Onnx;
using Google.Protobuf;
using static Cis.ModelCompiler.Onnx.AttributeProto.Types;

namespace Cis.ModelCompiler.Graphs;

/// <summary>Making nodes and reading their attributes.</summary>
internal static class Nodes
{
    public static NodeProto Create(string opType, ReadOnlySpan<string> inputs, string output)
    {
        var node = new NodeProto { OpType = opType, Name = output };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(output);
        return node;
    }

    public static bool Is(this NodeProto node, string opType) =>
        string.Equals(node.OpType, opType, StringComparison.Ordinal) && node.Domain.Length == 0;

    public static AttributeProto? Find(this NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => string.Equals(attribute.Name, name, StringComparison.Ordinal));

    public static long Int(this NodeProto node, string name, long otherwise) => node.Find(name)?.I ?? otherwise;

    public static float Float(this NodeProto node, string name, float otherwise) => node.Find(name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) =>
        node.Find(name)?.S.ToStringUtf8() ?? otherwise;

    public static long[]? Ints(this NodeProto node, string name) =>
        node.Find(name) is { } attribute ? [.. attribute.Ints] : null;

    public static NodeProto With(this NodeProto node, string name, long value) =>
        node.Set(
            new()
            {
                Name = name,
                Type = AttributeType.Int,
                I = value,
            }
        );

    public static NodeProto With(this NodeProto node, string name, float value) =>
        node.Set(
            new()
            {
                Name = name,
                Type = AttributeType.Float,
                F = value,
            }
        );

    public static NodeProto With(this NodeProto node, string name, string value) =>
        node.Set(
            new()
            {
                Name = name,
                Type = AttributeType.String,
                S = ByteString.CopyFromUtf8(value),
            }
        );

    public static NodeProto With(this NodeProto node, string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return node.Set(attribute);
    }

    private static NodeProto Set(this NodeProto node, AttributeProto attribute)
    {
        if (node.Find(attribute.Name) is { } old)
        {
            node.Attribute.Remove(old);
        }

        node.Attribute.Add(attribute);
        return node;
    }
}
