using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes <c>0.5 x (1 + erf(x / sqrt 2))</c>, five nodes in the export, as the runtime's one exact Gelu operator: one
/// pass over memory in place of five, and one that keeps the blocked layout.
/// </summary>
internal sealed class FuseGelu : IGraphPass
{
    public string Name => "fuse GELU";

    public int Apply(Graph graph)
    {
        int fused = 0;
        foreach (NodeProto? half in graph.Nodes.Where(node => node.Is("Mul")).ToList())
        {
            if (Input(graph, half) is not { } x)
            {
                continue;
            }

            graph.Replace(half, RuntimeOperators.Gelu(graph, x, half.Output[0]));
            fused++;
        }
        if (fused > 0)
        {
            graph.Sweep();
        }

        return fused;
    }

    /// <summary>x of <c>(x (erf(x / sqrt 2) + 1)) 0.5</c>; none where the node is no end of that.</summary>
    private static string? Input(Graph graph, NodeProto half)
    {
        if (
            graph.Scalar(half.Input[1]) is not 0.5f
            || graph.Producer(half.Input[0]) is not { } product
            || !product.Is("Mul")
        )
        {
            return null;
        }

        (string? x, NodeProto? shifted) = (product.Input[0], graph.Producer(product.Input[1]));
        if (shifted is null || !shifted.Is("Add") || graph.Scalar(shifted.Input[1]) is not 1f)
        {
            return null;
        }

        return graph.Producer(shifted.Input[0]) is { } erf && erf.Is("Erf") && IsOverRootTwo(graph, erf.Input[0], x)
            ? x
            : null;
    }

    private static bool IsOverRootTwo(Graph graph, string value, string x) =>
        graph.Producer(value) is { } division
        && division.Is("Div")
        && string.Equals(division.Input[0], x, StringComparison.Ordinal)
        && graph.Scalar(division.Input[1]) is { } divisor
        && MathF.Abs(divisor - MathF.Sqrt(2)) < 1e-6f;
}
