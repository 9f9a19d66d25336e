using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>Products and sums of an image and constants.</summary>
internal static class Affine
{
    /// <summary>The image x and the constants, one a channel, of a Mul or Add; none where it is of two images.</summary>
    public static (string X, double[] Values)? Constant(Graph graph, NodeProto node, int channels)
    {
        if (graph.PerChannel(node.Input[1], channels) is { } right)
        {
            return (node.Input[0], right);
        }

        return graph.PerChannel(node.Input[0], channels) is { } left ? (node.Input[1], left) : null;
    }
}
