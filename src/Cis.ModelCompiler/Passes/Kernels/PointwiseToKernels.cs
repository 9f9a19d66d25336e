using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes a 1x1 convolution that reads what a kernel gives, and the GELU or Relu after it, as an operator of cis's kernels:
/// the image is in rows there, and stays so.
/// </summary>
internal sealed class PointwiseToKernels : IGraphPass
{
    public string Name => "pointwise convolutions to kernels";

    public int Apply(Graph graph)
    {
        var convolutions = graph
            .Nodes.Select(node => Convolution.Of(graph, node))
            .OfType<Convolution>()
            .Where(convolution => QuantizedWeights.FillBlocks(convolution) && ReadsKernel(graph, convolution))
            .ToList();
        foreach (Convolution? convolution in convolutions)
        {
            Rewrite(graph, convolution);
        }

        return convolutions.Count;
    }

    /// <summary>Whether the input is a kernel's image, not its means, perhaps by way of a depthwise convolution.</summary>
    private static bool ReadsKernel(Graph graph, Convolution convolution)
    {
        string image = convolution.Node.Input[0];
        if (Convolution.Of(graph, graph.Producer(image)) is { IsDepthwise: true } depthwise)
        {
            image = depthwise.Node.Input[0];
        }

        return graph.Producer(image) is { } producer
            && producer.IsKernel()
            && string.Equals(producer.Output[0], image, StringComparison.Ordinal);
    }

    private static void Rewrite(Graph graph, Convolution convolution)
    {
        NodeProto node = convolution.Node;
        string[] inputs = [node.Input[0], .. QuantizedWeights.Add(graph, convolution)];
        (NodeProto? last, Activation activation) = graph.OnlyConsumer(node.Output[0]) switch
        {
            { } next when next.IsGelu() => (next, Activation.Gelu),
            { } next when next.Is("Relu") => (next, Activation.Relu),
            _ => (node, Activation.None),
        };
        graph.Replace(last, KernelOperators.Pointwise(graph, inputs, activation, last.Output[0]));
        graph.Sweep();
    }
}
