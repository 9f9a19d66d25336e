using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the last step down a pyramid and the separable convolution that alone reads it as one operator: of the image
/// between, the widest one of the finest level, only the rows under the kernel exist.
/// </summary>
internal sealed class LateralIntoSeparable : IGraphPass
{
    public string Name => "lateral convolutions into separable ones";

    public int Apply(Graph graph)
    {
        var steps = graph.Nodes.Where(node => node.OpType is "Lateral" && Reader(graph, node) is not null).ToList();
        foreach (NodeProto? lateral in steps)
        {
            Rewrite(graph, lateral, Reader(graph, lateral)!);
        }

        return steps.Count;
    }

    private static NodeProto? Reader(Graph graph, NodeProto lateral) =>
        graph.OnlyConsumer(lateral.Output[0]) is { OpType: "SeparableConv" } separable ? separable : null;

    private static void Rewrite(Graph graph, NodeProto lateral, NodeProto separable)
    {
        string[] inputs = [.. lateral.Input, .. separable.Input.Skip(1)];
        NodeProto kernel = KernelOperators.LateralSeparable(graph, inputs, separable.Output[0]);
        kernel.Output.Add(separable.Output.Skip(1));
        graph.Replace(separable, kernel);
        graph.Sweep();
    }
}
