using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>What a graph says of the channels of an image inside it.</summary>
internal static class Channels
{
    /// <summary>Operators whose output has as many channels as their first input that is not constant.</summary>
    private static readonly HashSet<string> KeepsChannels = new(StringComparer.Ordinal)
    {
        "Add",
        "AveragePool",
        "Gelu",
        "HardSigmoid",
        "MaxPool",
        "Mul",
        "Relu",
        "Resize",
        "Sigmoid",
    };

    /// <summary>The count; none where it does not follow from a convolution before.</summary>
    public static int? Count(Graph graph, string value)
    {
        while (graph.Producer(value) is { } node)
        {
            if (Convolution.Of(graph, node) is { } convolution)
            {
                return convolution.Outputs;
            }

            if (!KeepsChannels.Contains(node.OpType))
            {
                return null;
            }

            value = node.Input.First(input => graph.Constant(input) is null);
        }
        return null;
    }

    /// <summary>
    /// Whether a value is one number a channel: it comes, by way of 1x1 convolutions, activations and sums with one
    /// constant, from a global pooling.
    /// </summary>
    public static bool IsGate(Graph graph, string value)
    {
        while (graph.Producer(value) is { } node)
        {
            if (node.Is("GlobalAveragePool"))
            {
                return true;
            }

            bool keepsShape =
                node.Is("HardSigmoid")
                || node.Is("Relu")
                || (node.Is("Add") && graph.Scalar(node.Input[1]) is not null)
                || Convolution.Of(graph, node) is { IsPointwise: true };
            if (!keepsShape)
            {
                return false;
            }

            value = node.Input[0];
        }
        return false;
    }

    /// <summary>The channel of a concatenation's output at which one of its inputs starts.</summary>
    public static int? Offset(Graph graph, NodeProto concat, string value)
    {
        int offset = 0;
        foreach (string? input in concat.Input)
        {
            if (string.Equals(input, value, StringComparison.Ordinal))
            {
                return offset;
            }

            if (Count(graph, input) is not { } count)
            {
                return null;
            }

            offset += count;
        }
        return null;
    }
}
