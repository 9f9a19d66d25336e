using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes layer normalization, nine nodes in the export, as one operator: with d = x - mean(x),
/// <c>d / sqrt(mean(d^2) + epsilon) scale + bias</c>, the means over the last axis.
/// </summary>
internal sealed class FuseLayerNormalization : IGraphPass
{
    public string Name => "fuse layer normalization";

    public int Apply(Graph graph)
    {
        int fused = 0;
        foreach (NodeProto? last in graph.Nodes.Where(node => node.Is("Add")).ToList())
        {
            if (Match(graph, last) is not { } match)
            {
                continue;
            }

            (string? x, string? scale, float epsilon) = match;
            graph.Replace(last, RuntimeOperators.LayerNormalization(x, scale, last.Input[1], epsilon, last.Output[0]));
            fused++;
        }
        if (fused > 0)
        {
            graph.Sweep();
        }

        return fused;
    }

    private static (string X, string Scale, float Epsilon)? Match(Graph graph, NodeProto last)
    {
        if (!IsVector(graph, last.Input[1]) || Made(graph, last.Input[0], "Mul") is not { } scaled)
        {
            return null;
        }

        if (!IsVector(graph, scaled.Input[1]) || Made(graph, scaled.Input[0], "Div") is not { } division)
        {
            return null;
        }

        if (
            Made(graph, division.Input[0], "Sub") is not { } difference
            || !IsMean(graph, difference.Input[1], difference.Input[0])
        )
        {
            return null;
        }

        return Epsilon(graph, division.Input[1], difference.Output[0]) is { } epsilon
            ? (difference.Input[0], scaled.Input[1], epsilon)
            : null;
    }

    /// <summary>The epsilon of sqrt(mean(d^2) + epsilon).</summary>
    private static float? Epsilon(Graph graph, string deviation, string d)
    {
        if (Made(graph, deviation, "Sqrt") is not { } root || Made(graph, root.Input[0], "Add") is not { } sum)
        {
            return null;
        }

        if (
            Made(graph, sum.Input[0], "ReduceMean") is not { } mean
            || Made(graph, mean.Input[0], "Pow") is not { } square
        )
        {
            return null;
        }

        bool isVariance =
            IsMean(graph, sum.Input[0], square.Output[0])
            && string.Equals(square.Input[0], d, StringComparison.Ordinal)
            && graph.Scalar(square.Input[1]) is 2f;
        return isVariance ? graph.Scalar(sum.Input[1]) : null;
    }

    private static bool IsMean(Graph graph, string value, string of) =>
        Made(graph, value, "ReduceMean") is { } mean
        && string.Equals(mean.Input[0], of, StringComparison.Ordinal)
        && mean.Ints("axes") is [-1]
        && mean.Int("keepdims", 1) == 1;

    private static NodeProto? Made(Graph graph, string value, string opType) =>
        graph.Producer(value) is { } node && node.Is(opType) ? node : null;

    private static bool IsVector(Graph graph, string value) => graph.Constant(value) is { Dims.Count: 1 };
}
