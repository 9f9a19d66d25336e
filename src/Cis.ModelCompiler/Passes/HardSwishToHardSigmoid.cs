using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes hard-swish as <c>x HardSigmoid(x; 1/6, 1/2)</c>, in place of <c>x clip(x + 3, 0, 6) / 6</c> (four nodes, three
/// of them a pass over memory each that breaks the runtime's blocked layout) and of the HardSwish operator (which the
/// runtime expands only after it chose the layouts): HardSigmoid(x; 1/6, 1/2) = max(0, min(1, x/6 + 1/2))
/// = clip(x + 3, 0, 6) / 6.
/// </summary>
internal sealed class HardSwishToHardSigmoid : IGraphPass
{
    public string Name => "hard-swish to x hard-sigmoid";

    public int Apply(Graph graph)
    {
        int rewritten = 0;
        foreach (NodeProto? node in graph.Nodes.ToList())
        {
            if (Input(graph, node) is not { } x)
            {
                continue;
            }

            NodeProto gate = Nodes.Create("HardSigmoid", [x], graph.NewName(node.Output[0]));
            graph.Insert(gate.With("alpha", 1f / 6).With("beta", 0.5f), before: node);
            graph.Replace(node, Nodes.Create("Mul", [x, gate.Output[0]], node.Output[0]));
            rewritten++;
        }
        if (rewritten > 0)
        {
            graph.Sweep();
        }

        return rewritten;
    }

    /// <summary>The x of a node that ends a hard-swish; none where it does not.</summary>
    private static string? Input(Graph graph, NodeProto node)
    {
        if (node.Is("HardSwish"))
        {
            return node.Input[0];
        }

        if (
            !node.Is("Div")
            || graph.Scalar(node.Input[1]) is not 6f
            || graph.Producer(node.Input[0]) is not { } product
        )
        {
            return null;
        }

        return product.Is("Mul")
            ? Clipped(graph, product.Input[0], product.Input[1]) ?? Clipped(graph, product.Input[1], product.Input[0])
            : null;
    }

    /// <summary>x where the other value is clip(x + 3, 0, 6).</summary>
    private static string? Clipped(Graph graph, string x, string other)
    {
        if (graph.Producer(other) is not { } clip || !clip.Is("Clip") || Bounds(graph, clip) is not (0f, 6f))
        {
            return null;
        }

        return
            graph.Producer(clip.Input[0]) is { } add
            && add.Is("Add")
            && string.Equals(add.Input[0], x, StringComparison.Ordinal)
            && graph.Scalar(add.Input[1]) is 3f
            ? x
            : null;
    }

    /// <summary>Attributes up to operator set 10, inputs from 11 on.</summary>
    private static (float? Low, float? High) Bounds(Graph graph, NodeProto clip) =>
        clip.Input.Count == 3
            ? (graph.Scalar(clip.Input[1]), graph.Scalar(clip.Input[2]))
            : (clip.Find("min")?.F, clip.Find("max")?.F);
}
