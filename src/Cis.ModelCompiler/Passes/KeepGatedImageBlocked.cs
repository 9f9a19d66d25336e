using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Lets the image that comes out of a squeeze-and-excitation gate pass a max pooling of one pixel, which changes nothing.
/// <para>
/// The runtime multiplies an image by a value a channel in rows, and brings the product into its blocked layout for the
/// convolution that follows; but the short cut around that convolution still takes the rows, so that the sum and the way
/// there and back are three passes over memory. A pooling is computed in blocks: behind it both read blocks, and the
/// sum goes into the convolution.
/// </para>
/// </summary>
internal sealed class KeepGatedImageBlocked : IGraphPass
{
    public string Name => "keep gated images blocked";

    public int Apply(Graph graph)
    {
        var gates = graph.Nodes.Where(node => node.Is("Mul") && IsGate(graph, node)).ToList();
        foreach (var gate in gates)
            PoolBehind(graph, gate);
        return gates.Count;
    }

    /// <summary>A product with one side pooled over the image, read by a convolution and by the sum around it.</summary>
    private static bool IsGate(Graph graph, NodeProto product) =>
        graph.Producer(product.Input[1]) is { } gate
        && gate.Is("HardSigmoid")
        && graph.Consumers(product.Output[0]) is [_, _] readers
        && readers.Any(node => node.Is("Add"))
        && readers.Any(node =>
            Convolution.Of(graph, node) is { Groups: 1 } convolution && convolution.Inputs % Blocks.Size == 0
        );

    private static void PoolBehind(Graph graph, NodeProto product)
    {
        var output = product.Output[0];
        var pool = Nodes.Create("MaxPool", [output], graph.NewName(output)).With("kernel_shape", 1L, 1L);
        var firstReader = graph.Nodes.First(node => node.Input.Contains(output));
        graph.Redirect(output, pool.Output[0]);
        graph.Insert(pool, before: firstReader);
    }
}
