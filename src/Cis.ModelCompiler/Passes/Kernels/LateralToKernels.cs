using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes a step down a feature pyramid, <c>s (W x + b) + up(z)</c> with a gate s of one value a channel and up repeating
/// each pixel twice both ways, as one operator. Otherwise the convolution, the product, the repeated image and the sum are
/// an image each, and at a detector's finest level they are the most that it ever holds: for a page of 1280x896, 27 MB each.
/// <para>
/// The gate comes from the mean of the convolution over the image, which is not there any more; but
/// <c>mean(W x + b) = W mean(x) + b</c>, a convolution of one pixel.
/// </para>
/// </summary>
internal sealed class LateralToKernels : IGraphPass
{
    public string Name => "lateral convolutions to kernels";

    public int Apply(Graph graph)
    {
        if (!KernelOperators.AreUsedIn(graph))
        {
            return 0;
        }

        var sums = graph.Nodes.Where(node => node.Is("Add")).ToList();
        return sums.Count(sum => Rewrite(graph, sum, 0) || Rewrite(graph, sum, 1));
    }

    private static bool Rewrite(Graph graph, NodeProto sum, int place)
    {
        if (Gated(graph, sum.Input[place]) is not var (convolution, gate))
        {
            return false;
        }

        if (Repetition.Of(graph, sum.Input[1 - place]) is not { Times: 2 } coarse)
        {
            return false;
        }

        foreach (NodeProto pooling in Poolings(graph, convolution))
        {
            PoolBefore(graph, pooling, convolution);
        }

        string[] inputs = [convolution.Node.Input[0], .. QuantizedWeights.Add(graph, convolution), gate, coarse.Image];
        graph.Replace(sum, KernelOperators.Lateral(graph, inputs, sum.Output[0]));
        graph.Sweep();
        return true;
    }

    /// <summary>The convolution and the gate whose product a value is, where nobody reads either image but the gate.</summary>
    private static (Convolution Convolution, string Gate)? Gated(Graph graph, string value)
    {
        if (graph.Producer(value) is not { } product || !product.Is("Mul") || graph.OnlyConsumer(value) is null)
        {
            return null;
        }

        (string? image, string? gate) = (product.Input[0], product.Input[1]);
        if (Convolution.Of(graph, graph.Producer(image)) is not { } convolution || !Channels.IsGate(graph, gate))
        {
            return null;
        }

        int readers = graph.Consumers(image).Count - Poolings(graph, convolution).Count;
        return QuantizedWeights.FillBlocks(convolution) && readers == 1 ? (convolution, gate) : null;
    }

    private static IReadOnlyList<NodeProto> Poolings(Graph graph, Convolution convolution) =>
        [.. graph.Consumers(convolution.Node.Output[0]).Where(reader => reader.Is("GlobalAveragePool"))];

    private static void PoolBefore(Graph graph, NodeProto pooling, Convolution convolution)
    {
        NodeProto pooled = Nodes.Create(
            "GlobalAveragePool",
            [convolution.Node.Input[0]],
            graph.NewName(pooling.Output[0])
        );
        graph.Insert(pooled, before: pooling);
        NodeProto ofMean = convolution.Node.Clone();
        ofMean.Name = ofMean.Output[0] = pooling.Output[0];
        ofMean.Input[0] = pooled.Output[0];
        graph.Replace(pooling, ofMean);
    }
}
